import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';

const secret = 'hush-9 "quoted" {a: 1}';
const command = { terminal: { command: 'ls' } };
const track = 'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { cursor } userErrors { code } } }';

/** A value in the wrong place, and where the answer says that it stands. */
const misplaced: Record<string, [unknown, string]> = {
  'an object for a text': [{ user: { a: secret }, detail: command }, '.user: String cannot represent a non string value.'],
  'a text for a number': [
    { user: 'a', detail: { terminal: { command: 'ls', exitCode: secret } } },
    '.detail.terminal.exitCode: Int cannot represent non-integer value.',
  ],
  'a text for an object': [{ user: 'a', detail: secret }, '.detail: Expected value of type "ActivityDetailInput" to be an object.'],
  'a text for the whole': [secret, 'Expected value of type "TrackActivityInput" to be an object.'],
  'a word that an enum has not': [
    { user: 'a', outcome: secret, detail: command },
    '.outcome: This value does not exist in "Outcome" enum.',
  ],
  'a word that says what a message says': [
    { user: 'a', outcome: `x" does not exist in "${secret}`, detail: command },
    '.outcome: This value does not exist in "Outcome" enum.',
  ],
  'an object where something is missing': [{ detail: command, session: secret }, 'to include required field "user".'],
  'a field that is none': [{ user: 'a', [secret]: 1, detail: command }, 'not to include a field of an unknown name.'],
};

describe('what was sent is not in the message that refuses it', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it.each(Object.entries(misplaced))('%s', async (_what, [input, told]) => {
    const { errors } = await ask(service, track, { input });
    expect(errors?.[0]?.message).toContain(told);
    for (const part of [secret, 'hush', 'quoted']) expect(JSON.stringify(errors)).not.toContain(part);
  });

  it.each([
    '{ "hush" }',
    '{ node(id: ["hush"]) { id } }',
    '{ user(externalId: "a" "hush") { id } }',
    'mutation { trackActivity(input: {user: "a", outcome: "hush", detail: {terminal: {command: ["hush"]}}}) { receipt { cursor } } }',
    '{ activities(filter: {user: "hush"}) { totalCount } }',
  ])('as a literal: %s', async (query) => {
    const { errors } = await ask(service, query, {});
    expect(errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    expect(JSON.stringify(errors)).not.toContain('hush');
  });

  it('while names of the schema still are', async () => {
    const near = { user: 'a', outcome: 'SUCCES', detail: command };
    expect((await ask(service, track, { input: near })).errors?.[0]?.message).toMatch(/enum\. Did you mean the enum value "SUCCESS"\?$/);
    const typo = { usr: 'a', user: 'a', detail: command };
    expect((await ask(service, track, { input: typo })).errors?.[0]?.message).toContain('unknown field "usr". Did you mean "user"?');
  });

  it('nor in the log', () => {
    expect(service.logLines.join('')).not.toContain('hush');
  });
});
