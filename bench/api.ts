import { adminKey } from './targets.ts';

/** The few calls the bench makes to Lapwing besides the load. */

type Place = { port: number };

export async function ask<Data>({ port }: Place, query: string, variables: object, key = adminKey): Promise<Data> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (data === undefined || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Keys that may read everything: a key may have so many sockets, and no more. */
export async function makeKeys(service: Place, count: number): Promise<string[]> {
  const mutation = `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { message } } }`;
  const keys: string[] = [];
  for (let place = 0; place < count; place += 1) {
    const input = { name: `bench ${place}`, role: 'ADMIN' };
    const { createApiKey } = await ask<{ createApiKey: { secret: string | null; userErrors: unknown } }>(service, mutation, { input });
    if (createApiKey.secret === null) throw new Error(JSON.stringify(createApiKey.userErrors));
    keys.push(createApiKey.secret);
  }
  return keys;
}

/** The value of one of the metrics that the service exposes; NaN where there is none of this name. */
export async function metric({ port }: Place, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1) ?? NaN);
}
