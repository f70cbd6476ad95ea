import { hash } from 'node:crypto';
import { RequestError } from '../errors.ts';

/** Log cursors: the position, and a check that ties it to its organisation so that another's cursor is told apart. */

const checkCharacters = 8;

export function encodeCursor(organisationId: string, seq: number): string {
  return Buffer.from(`${seq}.${check(organisationId, seq)}`).toString('base64url');
}

/** The `seq` of a cursor; BAD_REQUEST where it is none of this organisation's. */
export function decodeCursor(organisationId: string, cursor: string): number {
  const [digits = '', given] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  const seq = /^\d{1,15}$/.test(digits) ? Number(digits) : null;
  if (seq === null || given !== check(organisationId, seq)) {
    throw new RequestError('BAD_REQUEST', "this is no cursor of your organisation's log: take one from `cursor` of an item or receipt");
  }
  return seq;
}

function check(organisationId: string, seq: number): string {
  return hash('sha256', `${organisationId} ${seq}`, 'base64url').slice(0, checkCharacters);
}
