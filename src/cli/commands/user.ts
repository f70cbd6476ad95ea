import { createInterface } from 'node:readline/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { OperatorError } from '../../errors.ts';
import { clientFor, withConnection } from '../client-options.ts';
import type { ConnectionOptions } from '../connection.ts';
import { noteLine, printable, printLine } from '../terminal.ts';
import { refusal, userErrors } from '../user-errors.ts';
import { exportUser } from '../user-export.ts';

type Flags = ConnectionOptions & { json: boolean };
type ExportFlags = Flags & { out?: string; days?: number; reason?: string };
type EraseFlags = Flags & { reason: string; yes: boolean };
type HoldFlags = Flags & { reason: string; until?: string };
type ReleaseFlags = Flags & { reason?: string };

const eraseUser = /* GraphQL */ `
  mutation EraseUser($input: EraseUserInput!) {
    eraseUser(input: $input) {
      user {
        externalId
        erasedAt
      }
      erased {
        what
        rows
      }
      more
      people
      apiKeys
      userErrors {
        code
        field
        message
        hint
      }
    }
  }
`;
const holdFields = /* GraphQL */ `
  fragment Held on UserPayload {
    user {
      externalId
      legalHold {
        reason
        since
        until
        by
      }
    }
    userErrors {
      code
      field
      message
      hint
    }
  }
`;
const setLegalHold = /* GraphQL */ `
  ${holdFields}
  mutation SetLegalHold($input: SetLegalHoldInput!) {
    setLegalHold(input: $input) {
      ...Held
    }
  }
`;
const liftLegalHold = /* GraphQL */ `
  ${holdFields}
  mutation LiftLegalHold($input: LiftLegalHoldInput!) {
    liftLegalHold(input: $input) {
      ...Held
    }
  }
`;

const eraseAnswer = z.object({
  eraseUser: z.object({
    user: z.object({ externalId: z.string(), erasedAt: z.string() }).nullable(),
    erased: z.array(z.object({ what: z.string(), rows: z.number() })),
    more: z.boolean(),
    people: z.number(),
    apiKeys: z.number(),
    userErrors,
  }),
});
const hold = z.object({ reason: z.string(), since: z.string(), until: z.string().nullable(), by: z.string() });
const held = z.object({ user: z.object({ externalId: z.string(), legalHold: hold.nullable() }).nullable(), userErrors });
const setAnswer = z.object({ setLegalHold: held });
const liftAnswer = z.object({ liftLegalHold: held });

const exportHelp = `
Each line is one record as JSON: {"kind", "at", "data"}. How far it has come is told on standard error.

Examples:
  $ lapwing user export ada --out ada.ndjson --reason "request of 3 February"
  $ lapwing user export ada --days 7 | jq .kind`;
const eraseHelp = `
There is no way back. Copies that are not in the database, such as backups and exports, are yours to erase.

Examples:
  $ lapwing user erase ada --reason "request of 3 February"
  $ lapwing user erase ada --reason "request of 3 February" --yes --json`;
const holdHelp = `
Examples:
  $ lapwing user hold ada --reason "case 12 of 2026"
  $ lapwing user hold ada --reason "case 12 of 2026" --until 2027-01-01T00:00:00Z`;
const releaseHelp = `
Example:
  $ lapwing user release ada --reason "case 12 of 2026 is closed"`;

export function addUserCommand(program: Command): void {
  const user = program
    .command('user')
    .description('hand out what is known of a user, erase it, or keep it from being erased')
    .addHelpText(
      'after',
      '\nExamples:\n  $ lapwing user export ada --out ada.ndjson\n  $ lapwing user erase ada --reason "request of 3 February"',
    );
  const id = ['<id>', 'id of the user in the calling system'] as const;
  withConnection(user.command('export'), 'an admin')
    .description('write all that is known of a user, one record as JSON on each line')
    .argument(...id)
    .option('--out <file>', 'file to write, which must not be there yet; default: standard output')
    .option('--days <days>', 'only what happened in so many last days', readDays)
    .option('--reason <reason>', 'why, for the audit log')
    .addHelpText('after', exportHelp)
    .action(runExport);
  withConnection(user.command('erase'), 'an admin')
    .description('erase all that is known of a user, for good')
    .argument(...id)
    .requiredOption('--reason <reason>', 'why, for the audit log')
    .option('--yes', 'do not ask for the name', false)
    .addHelpText('after', eraseHelp)
    .action(runErase);
  withConnection(user.command('hold'), 'an admin')
    .description('forbid to erase a user')
    .argument(...id)
    .requiredOption('--reason <reason>', 'why; shown to whoever tries')
    .option('--until <instant>', 'from when on it holds no more, e.g. 2027-01-01T00:00:00Z; default: until it is released')
    .addHelpText('after', holdHelp)
    .action(runHold);
  withConnection(user.command('release'), 'an admin')
    .description('allow to erase a user again')
    .argument(...id)
    .option('--reason <reason>', 'why, for the audit log')
    .addHelpText('after', releaseHelp)
    .action(runRelease);
}

function readDays(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('A whole number of days is needed.');
  return Number(text);
}

async function runExport(user: string, flags: ExportFlags): Promise<void> {
  const { out = null, days, reason = null } = flags;
  const from = days === undefined ? null : `P${days}D`;
  const counts = await exportUser(await clientFor(flags), { user, from, reason, out });
  const told = Object.entries(counts).map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`);
  noteLine(flags.json ? JSON.stringify(counts) : `exported ${told.join(', ')}`);
}

async function runErase(user: string, flags: EraseFlags): Promise<void> {
  if (!flags.yes) await confirmName(user);
  const client = await clientFor(flags);
  const sums = new Map<string, number>();
  for (;;) {
    const { eraseUser: made } = await client.request({
      document: eraseUser,
      answer: eraseAnswer,
      repeatable: false,
      variables: { input: { user, reason: flags.reason } },
    });
    if (!made.user && !made.more) throw refusal('nothing more was erased', made.userErrors);
    for (const { what, rows } of made.erased) sums.set(what, (sums.get(what) ?? 0) + rows);
    if (made.user) return printErased(flags, made.user, Object.fromEntries(sums), made);
    noteLine(`${(sums.get('activities') ?? 0).toLocaleString('en')} activities erased; there are more`);
  }
}

async function confirmName(user: string): Promise<void> {
  if (!process.stdin.isTTY) throw new OperatorError('there is nobody to ask: give --yes to erase without');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await terminal.question(`This erases all that is known of ${printable(user)}, for good. Type the id to go on: `);
  terminal.close();
  if (typed.trim() !== user) throw new OperatorError('that is another id: nothing was erased');
}

type Left = { externalId: string; erasedAt: string };
function printErased(
  { json }: Flags,
  left: Left,
  erased: Record<string, number>,
  { people, apiKeys }: { people: number; apiKeys: number },
): void {
  if (json) return printLine(JSON.stringify({ ...left, erased, people, apiKeys }));
  printLine(`erased at ${left.erasedAt}; what is left is ${left.externalId}`);
  for (const [what, rows] of Object.entries(erased)) if (rows > 0) printLine(`${String(rows).padStart(10)}  ${what}`);
  if (people > 0) noteLine(`${people} people of the identity provider still sign in as this user`);
  if (apiKeys > 0) noteLine(`${apiKeys} API keys still act for this user: revoke them where they should not`);
}

async function runHold(user: string, flags: HoldFlags): Promise<void> {
  const client = await clientFor(flags);
  const { reason, until } = flags;
  const variables = { input: { user, reason, until } };
  const { setLegalHold: set } = await client.request({ document: setLegalHold, answer: setAnswer, repeatable: true, variables });
  if (!set.user?.legalHold) throw refusal('nothing is held', set.userErrors);
  const { since, until: end } = set.user.legalHold;
  if (flags.json) return printLine(JSON.stringify(set.user));
  printLine(`${printable(user)} cannot be erased ${end === null ? 'until that is released' : `until ${end}`}; held since ${since}`);
}

async function runRelease(user: string, flags: ReleaseFlags): Promise<void> {
  const client = await clientFor(flags);
  const variables = { input: { user, reason: flags.reason } };
  const { liftLegalHold: lifted } = await client.request({ document: liftLegalHold, answer: liftAnswer, repeatable: false, variables });
  if (!lifted.user) throw refusal('nothing was released', lifted.userErrors);
  printLine(flags.json ? JSON.stringify(lifted.user) : `${printable(user)} can be erased again`);
}
