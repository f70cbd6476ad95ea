import { createServer } from 'node:http';
import { jsonParse } from 'postgraphile/@dataplan/json';
import { makePgService } from 'postgraphile/adaptors/pg';
import { context, lambda, listen } from 'postgraphile/grafast';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { postgraphile } from 'postgraphile';
import { extendSchema, gql } from 'postgraphile/utils';

/** PostGraphile 5 with its Amber preset over the table of activities, and one subscription that a trigger feeds. */

const { DATABASE_URL = '', PORT = '' } = process.env;

const activityRecorded = extendSchema((build) => {
  const { activity } = build.pgResources;
  return {
    typeDefs: gql`
      extend type Subscription {
        activityRecorded: ActivityRecorded
      }
      type ActivityRecorded {
        activity: Activity
      }
    `,
    objects: {
      Subscription: {
        plans: {
          activityRecorded: {
            subscribePlan: () =>
              listen(
                context().get('pgSubscriber'),
                lambda(null, () => 'activity_recorded', true),
                jsonParse,
              ),
            plan: ($event) => $event,
          },
        },
      },
      ActivityRecorded: {
        plans: {
          activity: ($event) => activity.get({ id: $event.get('id'), recorded_at: $event.get('recorded_at') }),
        },
      },
    },
  };
});

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [activityRecorded],
  pgServices: [makePgService({ connectionString: DATABASE_URL, schemas: ['public'], pubsub: true })],
  grafserv: { websockets: true, graphiql: false, watch: false, maxRequestLength: 8 * 1024 * 1024 },
  grafast: { explain: false },
});
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
