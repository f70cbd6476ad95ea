import { describe, expect, it } from 'vitest';
import { payloadOf, startVerifying as start } from '../harness/identity-provider.ts';

describe('claims', () => {
  const roles = new Map([
    ['soc-lead', 'ANALYST'],
    ['ADMIN', 'MEMBER'],
    ['constructor', 'AUDITOR'],
  ] as const);

  it.each([
    [undefined, []],
    [null, []],
    [[], []],
    ['', []],
    [['ADMIN'], ['ADMIN']],
    [
      ['analyst', 'Auditor', 'MEMBER', 'service'],
      ['ANALYST', 'AUDITOR', 'MEMBER', 'SERVICE'],
    ],
    [['admin', 'ADMIN', 'Admin'], ['ADMIN']],
    [['offline_access', 'uma_authorization', 'ADMINISTRATOR', 'ADMI', ' ADMIN'], []],
    ['analyst auditor', ['ANALYST', 'AUDITOR']],
    [' analyst,, auditor ', ['ANALYST', 'AUDITOR']],
    [['analyst auditor'], []],
    [['admın', 'ſervice', 'АDMIN'], []],
    [['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'], []],
    [['', 'MEMBER', ''], ['MEMBER']],
  ])('roles %j are %j', async (claim, expected) => {
    const { provider, verify } = await start();
    expect((await verify(await provider.sign({ roles: claim })))?.grant.roles).toEqual(expected);
  });

  it('stand for roles by the mapping, which goes before the names', async () => {
    const { provider, verify } = await start({ roles });
    const rolesFor = async (claim: string[]) => (await verify(await provider.sign({ roles: claim })))?.grant.roles;
    expect(await rolesFor(['soc-lead', 'SOC-LEAD', 'other'])).toEqual(['ANALYST']);
    expect(await rolesFor(['ADMIN'])).toEqual(['MEMBER']);
    expect(await rolesFor(['soc-lead', 'analyst', 'auditor'])).toEqual(['ANALYST', 'AUDITOR']);
    expect(await rolesFor(['constructor', '__proto__'])).toEqual(['AUDITOR']);
  });

  it.each([
    ['roles', { roles: ['ADMIN'] }, ['ADMIN']],
    ['https://lapwing.example/roles', { 'https://lapwing.example/roles': ['ADMIN'] }, ['ADMIN']],
    ['realm_access.roles', { realm_access: { roles: ['ADMIN'] } }, ['ADMIN']],
    ['realm_access.roles', { 'realm_access.roles': ['MEMBER'], realm_access: { roles: ['ADMIN'] } }, ['MEMBER']],
    ['a.b.c', { a: { b: { c: 'ADMIN' } } }, ['ADMIN']],
    ['a.b.c', { a: { 'b.c': 'ADMIN' } }, []],
    ['a.b', { a: 'ADMIN' }, []],
    ['a.b', { a: null }, []],
    ['a.0', { a: ['ADMIN'] }, []],
    ['a.length', { a: ['ADMIN'] }, []],
    ['a.', { a: { '': 'ADMIN' } }, ['ADMIN']],
    ['.', {}, []],
    ['__proto__', {}, []],
    ['constructor', {}, []],
    ['constructor.name', {}, []],
    ['__proto__.constructor.name', {}, []],
    ['roles.__proto__', { roles: { a: 1 } }, []],
  ])('are found by the name %s in %j', async (rolesClaim, claims, expected) => {
    const { provider, verify } = await start({ rolesClaim });
    expect((await verify(await provider.sign(claims)))?.grant.roles).toEqual(expected);
  });

  it('called __proto__ are claims like any other, and change nothing else', async () => {
    const { provider, verify } = await start({ rolesClaim: '__proto__.roles' });
    const payload = JSON.stringify(payloadOf(await provider.sign()));
    const claims = await verify(
      await provider.signText(payload.replace('{', '{"__proto__":{"roles":["ADMIN"],"teams":["blue"],"name":"eve"},')),
    );
    expect(claims).toMatchObject({ name: 'ada', grant: { roles: ['ADMIN'], teams: [] } });
    expect(Object.hasOwn(Object.prototype, 'roles')).toBe(false);
  });

  it.each(['roles', 'teams', 'leads'])('%s are refused as a whole when they are no list, or out of bounds', async (claim) => {
    const { provider, verify } = await start();
    const taken = async (value: unknown) => (await verify(await provider.sign({ [claim]: value }))) !== null;
    const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);
    for (const value of [many(100), many(100).join(' '), many(100).join(','), ['x'.repeat(256)], ['x'.repeat(256), 'blue team']])
      expect(await taken(value)).toBe(true);
    for (const value of [
      many(101),
      many(101).join(' '),
      ['x'.repeat(257)],
      ['a', 7],
      [['a']],
      [null],
      7,
      true,
      { a: true },
      ['a\0'],
      ['\ud800'],
    ])
      expect([value, await taken(value)]).toEqual([value, false]);
  });

  it('of teams and leads keep their order and their spelling, each once', async () => {
    const { provider, verify } = await start({ teamsClaim: 'org.teams', leadsClaim: 'https://lapwing.example/leads' });
    const token = await provider.sign({ org: { teams: ['Red', 'blue team', 'Red', 'red'] }, 'https://lapwing.example/leads': 'b,a b' });
    expect((await verify(token))?.grant).toMatchObject({ teams: ['Red', 'blue team', 'red'], leads: ['b', 'a'] });
  });

  it.each([
    [{ name: 'Ada', preferred_username: 'ada1', email: 'ada@example.org' }, 'Ada'],
    [{ preferred_username: 'ada1', email: 'ada@example.org' }, 'ada1'],
    [{ name: ' ', email: 'ada@example.org' }, 'ada@example.org'],
    [{ name: 7, preferred_username: ['x'], email: null }, 'ada'],
    [{ name: 'a\0b' }, 'ada'],
    [{ name: 'x'.repeat(257) }, 'x'.repeat(256)],
    [{ name: `${'x'.repeat(255)}🦆` }, 'x'.repeat(255)],
    [{ name: `${'x'.repeat(254)}🦆` }, `${'x'.repeat(254)}🦆`],
  ])('%j give a name', async (claims, expected) => {
    const { provider, verify } = await start();
    expect((await verify(await provider.sign(claims)))?.name).toBe(expected);
  });

  it('give the user by a claim of choice, or none', async () => {
    const { provider, verify } = await start({ userClaim: 'hr.number' });
    const userOf = async (hr: unknown) => (await verify(await provider.sign({ hr })))?.grant.user;
    expect(await userOf({ number: 'e-4711' })).toBe('e-4711');
    expect(await userOf({ number: null })).toBeNull();
    expect(await userOf(undefined)).toBeNull();
    for (const number of ['', 4711, ['e-4711'], 'x'.repeat(257), 'a\0']) expect(await userOf({ number })).toBeUndefined();
  });

  it('give the organisation where one is named, and then it has to be there', async () => {
    const { provider, verify } = await start({ organisationClaim: 'org.id' });
    const organisationOf = async (org: unknown) => (await verify(await provider.sign({ org })))?.organisation;
    expect(await organisationOf({ id: 'acme' })).toBe('acme');
    expect(await organisationOf({ id: 'x'.repeat(256) })).toBe('x'.repeat(256));
    for (const org of [undefined, null, {}, { id: null }, { id: '' }, { id: 7 }, { id: ['acme'] }, { id: 'x'.repeat(257) }])
      expect(await organisationOf(org)).toBeUndefined();
  });
});
