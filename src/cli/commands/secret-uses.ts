import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { clientFor, withConnection } from '../client-options.ts';
import type { ConnectionOptions } from '../connection.ts';
import { noteLine, printable, printLine } from '../terminal.ts';

type Flags = ConnectionOptions & { user?: string; secret?: string; fingerprint?: string; denied?: true; last: number; json: boolean };

const secretUses = /* GraphQL */ `
  query SecretUses($filter: SecretUsageFilter, $first: Int) {
    secretUsages(filter: $filter, first: $first) {
      totalCount
      nodes {
        occurredAt
        user {
          externalId
        }
        session {
          externalId
        }
        activity {
          id
          type
        }
        kind
        secret
        fingerprint
        granted
        reason
        field
        at
      }
    }
  }
`;

const externalId = z.object({ externalId: z.string() });
const use = z.object({
  occurredAt: z.string(),
  user: externalId,
  session: externalId.nullable(),
  activity: z.object({ id: z.string(), type: z.string() }).nullable(),
  kind: z.string(),
  secret: z.string().nullable(),
  fingerprint: z.string().nullable(),
  granted: z.boolean(),
  reason: z.string().nullable(),
  field: z.array(z.string()).nullable(),
  at: z.number().nullable(),
});
const answer = z.object({ secretUsages: z.object({ totalCount: z.number(), nodes: z.array(use) }) });

/** A page of the API has no more. */
const lastMax = 200;
/** Digits of a fingerprint that are printed: 48 bits part the secrets of any organisation. */
const fingerprintDigits = 12;

const help = `
Secrets are never shown: those that were found are told apart by a fingerprint, registered ones also by their name, and
those that a service reported by the id it knows them by.

Examples:
  $ lapwing secret uses --user ada --last 50
  $ lapwing secret uses --secret "billing database" --denied
  $ lapwing secret uses --json | jq -r '.[].fingerprint'`;

export function addUsesCommand(secret: Command): void {
  withConnection(secret.command('uses'), 'an analyst')
    .description('show where secrets were used, latest first')
    .option('--user <id>', 'by this user only')
    .option('--secret <name>', 'of this one only: what it is registered as, or the id its keeper reports')
    .option('--fingerprint <digits>', 'with this fingerprint only, or one that begins so')
    .option('--denied', 'only where it was denied')
    .option('--last <count>', `so many at most, 1 to ${lastMax}`, readCount, 20)
    .addHelpText('after', help)
    .action(run);
}

function readCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > lastMax) throw new InvalidArgumentError(`A whole number from 1 to ${lastMax} is needed.`);
  return count;
}

async function run({ user, secret, fingerprint, denied, last, ...flags }: Flags): Promise<void> {
  const client = await clientFor(flags);
  const filter = {
    user: user === undefined ? null : { eq: user },
    secret: secret === undefined ? null : { eq: secret },
    fingerprint: fingerprint === undefined ? null : { startsWith: fingerprint },
    granted: denied ? { eq: false } : null,
  };
  const { secretUsages } = await client.request({ document: secretUses, answer, repeatable: true, variables: { filter, first: last } });
  const { nodes, totalCount } = secretUsages;
  if (flags.json) printLine(JSON.stringify(nodes));
  else for (const one of nodes) printLine(lineOf(one));
  if (nodes.length < totalCount) noteLine(`These are the latest ${nodes.length} of ${totalCount}: ask for more with --last.`);
}

/** 2026-11-22T10:00:00.000000Z  granted  PASSWORD  billing database 1a2b3c4d5e6f  ada  in detail.command */
function lineOf({ occurredAt, granted, kind, secret, fingerprint, user, field, reason }: z.infer<typeof use>): string {
  const name = [secret, fingerprint?.slice(0, fingerprintDigits)].filter((part) => part != null).join(' ');
  const where = field === null ? '' : `  in ${field.join('.')}`;
  const why = reason === null ? '' : `  (${reason})`;
  return printable(`${occurredAt}  ${granted ? 'granted' : 'denied '}  ${kind}  ${name}  ${user.externalId}${where}${why}`);
}
