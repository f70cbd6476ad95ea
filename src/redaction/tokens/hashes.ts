import type { TokenFormat } from './format.ts';

/** Passwords as systems keep them, in the spelling of crypt(5), of directories and of frameworks. */
const formats: readonly TokenFormat[] = [
  { of: 'crypt, md5', starts: ['$1$', '$apr1$'], rest: /[./A-Za-z0-9]{0,8}\$[./A-Za-z0-9]{22}/ },
  { of: 'crypt, bcrypt', starts: ['$2a$', '$2b$', '$2x$', '$2y$', '$2$'], rest: /\d{1,2}\$[./A-Za-z0-9]{53}/ },
  { of: 'crypt, SHA-256', starts: ['$5$'], rest: /(?:rounds=\d{1,9}\$)?[^$\s:]{0,16}\$[./A-Za-z0-9]{43}/ },
  { of: 'crypt, SHA-512', starts: ['$6$'], rest: /(?:rounds=\d{1,9}\$)?[^$\s:]{0,16}\$[./A-Za-z0-9]{86}/ },
  { of: 'crypt, yescrypt and scrypt', starts: ['$y$', '$gy$', '$7$'], rest: /[./A-Za-z0-9$]{20,200}/ },
  { of: 'crypt, SHA-1 and Sun MD5', starts: ['$sha1$', '$md5$', '$md5,'], rest: /[./A-Za-z0-9$=,]{24,80}/ },
  {
    of: 'argon2',
    starts: ['$argon2id$', '$argon2i$', '$argon2d$'],
    rest: /(?:v=\d{1,3}\$)?m=\d{1,9},t=\d{1,6},p=\d{1,4}(?:,[\w=+/]{1,60})?\$[A-Za-z0-9+/._-]{8,100}\$[A-Za-z0-9+/._-]{16,200}/,
  },
  { of: 'scrypt', starts: ['$scrypt$', '$s0$'], rest: /[A-Za-z0-9+/=,.$-]{40,300}={0,2}/ },
  {
    of: 'passlib, PBKDF2',
    starts: ['$pbkdf2$', '$pbkdf2-sha256$', '$pbkdf2-sha512$', '$pbkdf2-sha1$'],
    rest: /\d{1,8}\$[A-Za-z0-9./]{8,100}\$[A-Za-z0-9./]{20,120}/,
  },
  {
    of: 'Django',
    starts: ['pbkdf2_sha256$', 'pbkdf2_sha1$', 'pbkdf2_sha512$', 'scrypt$', 'bcrypt_sha256$$'],
    rest: /[\d$abxy]{1,20}\$[\w$./+-]{1,100}[$.][A-Za-z0-9+/.]{20,120}={0,2}/,
  },
  {
    of: 'Werkzeug',
    starts: ['pbkdf2:sha256:', 'pbkdf2:sha1:', 'pbkdf2:sha512:', 'scrypt:'],
    rest: /[\d:]{1,24}\$[A-Za-z0-9./]{4,64}\$[0-9a-f]{40,160}/,
  },
  { of: 'WordPress and phpBB', starts: ['$P$', '$H$'], rest: /[./A-Za-z0-9]{31}/ },
  { of: 'WordPress', starts: ['$wp$2y$'], rest: /\d{2}\$[./A-Za-z0-9]{53}/ },
  { of: 'Drupal', starts: ['$S$'], rest: /[./A-Za-z0-9]{52}/ },
  { of: 'Cisco', starts: ['$8$', '$9$', '$14$'], rest: /[./A-Za-z0-9]{4,16}\$[./A-Za-z0-9]{22,43}/ },
  {
    of: 'Directory',
    starts: ['{SSHA}', '{SHA}', '{SMD5}', '{MD5}', '{SSHA256}', '{SSHA512}', '{SHA256}', '{SHA512}', '{SSHA384}', '{ssha}'],
    rest: /[A-Za-z0-9+/]{20,200}={0,2}/,
  },
  {
    of: 'Directory, PBKDF2',
    starts: ['{PBKDF2}', '{PBKDF2-SHA256}', '{PBKDF2-SHA512}', '{PBKDF2_SHA256}'],
    rest: /[\w$./+-]{30,300}={0,2}/,
  },
  { of: 'Directory, crypt', starts: ['{CRYPT}', '{crypt}'], rest: /[$./A-Za-z0-9=,]{13,140}/ },
  {
    of: 'PostgreSQL',
    starts: ['SCRAM-SHA-256$', 'SCRAM-SHA-1$'],
    rest: /\d{1,8}:[A-Za-z0-9+/=]{8,64}\$[A-Za-z0-9+/=]{20,60}:[A-Za-z0-9+/=]{20,60}/,
  },
  { of: 'SQL Server', starts: ['0x0200', '0x0100'], rest: /[0-9A-Fa-f]{48,136}/ },
  { of: 'Oracle', starts: ['S:'], rest: /[0-9A-F]{60}(?:;T:[0-9A-F]{160})?/ },
  { of: 'macOS and grub', starts: ['grub.pbkdf2.sha512.', '$ml$'], rest: /\d{1,8}[.$][0-9A-Fa-f]{32,256}[.$][0-9A-Fa-f]{64,256}/ },
  {
    of: 'Kerberos',
    starts: ['$krb5asrep$', '$krb5tgs$', '$krb5pa$'],
    rest: /\d{1,3}\$[\w*@./: -]{1,200}(?:\$[\w*@./: -]{1,200}){0,4}\$[0-9A-Fa-f]{64,8000}/,
  },
  { of: 'Domain cached', starts: ['$DCC2$'], rest: /\d{1,6}#[\w.@$-]{1,64}#[0-9a-f]{32}/i },
  { of: 'NetNTLM', starts: ['$NETNTLM$', '$NETNTLMv2$', '$NETLM$'], rest: /[\w$*@.-]{16,2000}/ },
];

export const hashes: readonly TokenFormat[] = formats.map((format) => ({ ...format, kind: 'PASSWORD_HASH' }));
