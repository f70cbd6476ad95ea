import { Command, CommanderError } from 'commander';
import { OperatorError } from '../errors.ts';
import { addDetectorCommand } from './commands/detector.ts';
import { addDetectorsCommand } from './commands/detectors.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeysCommand } from './commands/keys.ts';
import { addOrganisationsCommand } from './commands/organisations.ts';
import { addSecretCommand } from './commands/secret.ts';
import { addUserRevealCommand } from './commands/user-reveal.ts';
import { addUserCommand } from './commands/user.ts';
import { noteLine, printable } from './terminal.ts';

const exitCodes = { failed: 1, usage: 2 } as const;

const help = `
The service is asked at --url, LAPWING_URL or http://127.0.0.1:4000/graphql, with the key from --key, LAPWING_KEY or
LAPWING_ADMIN_KEY; without any, with the one a local service leaves in its data folder (LAPWING_DATA_DIR).

Exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong arguments, 130 stopped by Ctrl-C.

Examples:
  $ lapwing keys create --name web-shop --role service
  $ lapwing import /var/log/auth.log --format sshd
  $ lapwing detector preview new-location --from P7D
  $ lapwing import --help`;

function createProgram(): Command {
  const program = new Command('lapwing')
    .description('Command line of the Lapwing user-activity monitor.')
    .exitOverride() // before the commands are added: they inherit it
    .showHelpAfterError('(--help shows how it is used)')
    .addHelpText('after', help);
  addImportCommand(program);
  addKeysCommand(program);
  addDetectorsCommand(program);
  addDetectorCommand(program);
  addSecretCommand(program);
  addOrganisationsCommand(program);
  addUserCommand(program);
  addUserRevealCommand(program);
  return program;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  } else if (error instanceof OperatorError) {
    noteLine(`lapwing: ${printable(error.message)}`);
    process.exitCode = exitCodes.failed;
  } else if (error instanceof Error && 'syscall' in error) {
    // the system refused: a disk error, a closed terminal
    noteLine(`lapwing: ${printable(error.message)}`);
    process.exitCode = exitCodes.failed;
  } else {
    throw error;
  }
}
