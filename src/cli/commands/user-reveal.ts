import type { Command } from 'commander';
import { z } from 'zod';
import { OperatorError } from '../../errors.ts';
import { clientFor, withConnection } from '../client-options.ts';
import type { ConnectionOptions } from '../connection.ts';
import { printable, printLine } from '../terminal.ts';
import { refusal, userErrors } from '../user-errors.ts';

const findUser = /* GraphQL */ `
  query FindUser($externalId: String!) {
    user(externalId: $externalId) {
      id
    }
  }
`;
const found = z.object({ user: z.object({ id: z.string() }).nullable() });

const revealUser = /* GraphQL */ `
  mutation RevealUser($input: RevealUserInput!) {
    revealUser(input: $input) {
      revealed {
        externalId
        displayName
        pseudonym
      }
      userErrors {
        code
        field
        message
        hint
      }
    }
  }
`;
const revealed = z.object({ externalId: z.string(), displayName: z.string().nullable(), pseudonym: z.string() });
const answer = z.object({ revealUser: z.object({ revealed: revealed.nullable(), userErrors }) });

const help = `
The reason goes to the audit log, with who asked, before the name is told.

Example:
  $ lapwing user reveal user-k7f39-q2mw4 --reason 'case 7: a stolen laptop'`;

export function addUserRevealCommand(program: Command): void {
  const known = program.commands.find((command) => command.name() === 'user');
  const user = known ?? program.command('user').description('look after one monitored user').addHelpText('after', help);
  withConnection(user.command('reveal'), 'an analyst')
    .description('tell who has a pseudonym, for a reason that is on record')
    .argument('<pseudonym>', 'the pseudonym, as it is shown')
    .requiredOption('--reason <text>', 'why, at most 1,024 characters')
    .addHelpText('after', help)
    .action(run);
}

async function run(pseudonym: string, flags: ConnectionOptions & { json: boolean; reason: string }): Promise<void> {
  const client = await clientFor(flags);
  const { user } = await client.request({ document: findUser, answer: found, repeatable: true, variables: { externalId: pseudonym } });
  if (!user) throw new OperatorError(`nobody whom you see has the pseudonym ${pseudonym}`);
  const variables = { input: { user: user.id, reason: flags.reason } };
  const { revealUser: told } = await client.request({ document: revealUser, answer, repeatable: false, variables });
  if (!told.revealed) throw refusal('nobody was revealed', told.userErrors);
  const { externalId, displayName } = told.revealed;
  if (flags.json) printLine(JSON.stringify(told.revealed));
  else printLine(`${printable(externalId)}${displayName === null ? '' : `  ${printable(displayName)}`}`);
}
