import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { OperatorError } from '../errors.ts';

/** A secret from a prompt that shows nothing of it, or from what is piped in: the arguments of a process are shown to others. */
export async function readSecret(input: NodeJS.ReadStream, prompt: NodeJS.WriteStream): Promise<string> {
  const secret = input.isTTY ? await askHidden(input, prompt) : (await text(input)).replace(/\r?\n$/, '');
  if (secret === '') throw new OperatorError('no secret was given: type it, or pipe it in');
  return secret;
}

/** Empty where the prompt was left with Ctrl-C or Ctrl-D. */
function askHidden(input: NodeJS.ReadStream, prompt: NodeJS.WriteStream): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  prompt.write('Secret: ');
  return new Promise((resolve) => {
    let secret = '';
    lines.once('line', (line) => {
      secret = line;
      lines.close();
    });
    lines.once('close', () => {
      prompt.write('\n');
      resolve(secret);
    });
  });
}
