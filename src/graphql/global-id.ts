/** Global ids as the relay plugin spells them: base64 of `Type:uuid`. */

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The uuid in a global id of the given type; null where it is none. */
export function readGlobalId(typename: string, globalId: string): string | null {
  const [type, id] = Buffer.from(globalId, 'base64').toString('latin1').split(':');
  return type === typename && id !== undefined && uuid.test(id) ? id : null;
}
