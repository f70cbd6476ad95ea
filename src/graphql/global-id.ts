import { isUuid } from '../domain/ids.ts';

/** Global ids as the relay plugin spells them: base64 of `Type:uuid`. */

/** The uuid in a global id of the given type; null where it is none. */
export function readGlobalId(typename: string, globalId: string): string | null {
  const read = readAnyGlobalId(globalId);
  return read.typename === typename ? read.id : null;
}

/** What a global id names; one that is malformed names no type, and finds what any id finds that is nobody's: nothing. */
export function readAnyGlobalId(globalId: string): { typename: string; id: string } {
  const [typename = '', id = ''] = Buffer.from(globalId, 'base64').toString('latin1').split(':');
  return isUuid(id) ? { typename, id } : { typename: '', id: '' };
}

/** The global id of a row. */
export const writeGlobalId = (typename: string, id: string): string => Buffer.from(`${typename}:${id}`).toString('base64');
