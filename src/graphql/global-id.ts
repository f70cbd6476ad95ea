import { isUuid } from '../domain/ids.ts';

/** Global ids as the relay plugin spells them: base64 of `Type:uuid`. */

/** The uuid in a global id of the given type; null where it is none. */
export function readGlobalId(typename: string, globalId: string): string | null {
  const [type, id] = Buffer.from(globalId, 'base64').toString('latin1').split(':');
  return type === typename && id !== undefined && isUuid(id) ? id : null;
}

/** The global id of a row. */
export const writeGlobalId = (typename: string, id: string): string => Buffer.from(`${typename}:${id}`).toString('base64');
