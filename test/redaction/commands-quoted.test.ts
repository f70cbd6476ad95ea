import { describe, expect, it } from 'vitest';
import { noKnownSecrets } from '../../src/redaction/known.ts';
import { redactText } from '../../src/redaction/redact.ts';
import { drawFrom, sample } from './sampler.ts';

const secret = sample(/[a-z]{3}[A-Z]{2}[0-9]{3}[a-z]{2}/, drawFrom(20261122));
const marker = '‹redacted:password›';
const redacted = (text: string) => redactText(text, 'TEXT', noKnownSecrets).text;

describe('a command within another text', () => {
  it.each([
    (it: string) => `I ran mysql -u root -p${it} today`,
    (it: string) => `Terminal - mysql -u root -p${it}`,
    (it: string) => `root      1234  0.0  0.1 mysql -u root -p${it}`,
    (it: string) => `ada : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/mysql -p${it}`,
    (it: string) => `the step "sshpass -p ${it} ssh host" failed`,
    (it: string) => `CMD (curl -u ada:${it} https://api.example)`,
    (it: string) => `+ docker login -u ada -p ${it} registry.example`,
    (it: string) => `printf "ada:${it}" | sudo chpasswd`,
    (it: string) => `line one\nfailed: redis-cli -a ${it} ping\nline three`,
  ])('loses its secret, and nothing else changes: %s', (form) => {
    expect(redacted(form(secret))).toBe(form(marker));
  });

  it.each([
    `mkdir -p ${secret} was run`,
    `the -p flag of mysql, as in ${secret}`,
    'run mysql -u root -p and type the password',
    'we mail -s subjects around and sort -k columns',
  ])('stays where no place of a tool has a secret: %s', (text) => {
    expect(redacted(text)).toBe(text);
  });
});
