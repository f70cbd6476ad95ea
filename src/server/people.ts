import type { Database } from '../db/database.ts';
import type { PersonRow } from '../db/entities/person.ts';
import { organisationNamed } from '../db/queries/organisations.ts';
import type { Micros } from '../domain/time.ts';
import type { Viewer } from '../domain/viewer.ts';
import { grantOfPerson } from '../recorder/grants.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Claims } from './identity-provider.ts';
import { viewerOf } from './viewers.ts';

/** From a verified token to a viewer. What the newest token claims of somebody holds for all of their tokens and streams. */
export type People = {
  signIn(claims: Claims, credential: string): Promise<Viewer | null>;
  /** The same viewers as their access is now. */
  review(organisationId: string, viewers: readonly Viewer[]): Promise<Viewer[]>;
};

type Organisation = { id: string; timeZone: string };
type Signed = { credential: string; expiresAt: Micros | null };
type Deps = { database: Database; recorder: Recorder };

const organisationDefault = 'default';

export function createPeople({ database, recorder }: Deps): People {
  const { tables } = database;
  return {
    async signIn(claims, credential) {
      const organisation = await organisationNamed(database.control, claims.organisation ?? organisationDefault);
      if (!organisation) return null;
      const rows = database.reader(organisation.id, 'ALL');
      const [known] = await tables.person.select(rows, 'where t.organisation_id = $1 and t.issuer = $2 and t.subject = $3', [
        organisation.id,
        claims.issuer,
        claims.subject,
      ]);
      // Of two tokens issued in one second the first to be seen counts: otherwise they would take turns for ever.
      const isNews = !known || claims.issuedAt > known.claimedAt;
      const person = isNews ? await see(recorder, organisation, claims) : known;
      return viewerOfPerson(organisation, person, { credential, expiresAt: claims.expiresAt });
    },
    async review(organisationId, viewers) {
      if (viewers.length === 0) return [];
      const ids = viewers.map(({ principal }) => principal.id);
      const rows = await tables.person.select(database.reader(organisationId, 'ALL'), 'where t.organisation_id = $1 and t.id = any($2)', [
        organisationId,
        ids,
      ]);
      const known = new Map(rows.map((row) => [row.id, row]));
      return viewers.flatMap((viewer) => {
        const person = known.get(viewer.principal.id);
        return person ? [viewerOfPerson({ id: organisationId, timeZone: viewer.timeZone }, person, viewer)] : [];
      });
    },
  };
}

async function see(recorder: Recorder, organisation: Organisation, { issuer, subject, name, grant, issuedAt }: Claims): Promise<PersonRow> {
  const { person } = await recorder.change(organisation, { do: 'seePerson', issuer, subject, name, claimed: grant, claimedAt: issuedAt });
  return person;
}

function viewerOfPerson(organisation: Organisation, person: PersonRow, { credential, expiresAt }: Signed): Viewer {
  return viewerOf({
    organisationId: organisation.id,
    timeZone: organisation.timeZone,
    principal: { kind: 'PERSON', id: person.id, name: person.name },
    grant: grantOfPerson(person),
    only: null,
    credential,
    expiresAt,
  });
}
