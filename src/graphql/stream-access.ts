import type { UserRow } from '../db/entities/user.ts';
import { statement } from '../db/statement.ts';
import { readLogHead } from '../db/queries/read-log.ts';
import { sees, seesNames, type Audience } from '../domain/access.ts';
import { RequestError } from '../errors.ts';
import type { LogItem } from '../recorder/batch.ts';
import { grantOfPerson } from '../recorder/grants.ts';
import type { Context } from './context.ts';

/**
 * What a stream may deliver, in the order of the log: an item that was committed after access ended is never delivered,
 * on whichever process and however late that process hears of it.
 */
export type StreamAccess = {
  /** Where the log stood when the access was looked at. */
  head: number;
  /** Whether this item ends the access, or another before it has. Called in log order; only items that change access can. */
  endsAt(item: LogItem): boolean;
  /** Why nothing may be delivered any more: UNAUTHENTICATED where nothing is left, FORBIDDEN where the client may come again. */
  ended(): RequestError | null;
};

/** Whose items somebody sees. It is the same for all with the same audience. */
export type Visibility = {
  /** Called with every item in log order: whether it may be delivered, given whose it is. */
  admits(item: LogItem, owner: string | null): boolean;
  /** Whether somebody is in sight, as far as the log has been followed; null: everybody is. */
  shows: ((owner: string | null) => boolean) | null;
  /**
   * Whether the viewer still sees whose item this is: it may have waited. `owner` is their row, where that had to be read:
   * it is good for the whole of the item, though they go out of sight while it is answered.
   */
  look(owner: string | null): Promise<{ seen: boolean; owner: UserRow | null }>;
};

export async function openAccess({ viewer, organisation, database, clock, accessOf, pseudonyms, mask }: Context): Promise<StreamAccess> {
  // In this order: what changes before the head is seen by the look at the access, what changes after it comes as an item.
  const head = await readLogHead(database.reader(organisation.id, 'ALL'), organisation.id);
  const [current, hides] = await Promise.all([accessOf(viewer), pseudonyms.hidesFrom(viewer)]);
  let ended: RequestError | null = endedAs(current === 'HOLDS' && hides !== (mask !== null) ? 'CHANGED' : current);
  let { expiresAt } = viewer;

  const endOf = (item: LogItem): RequestError | null => {
    if ('person' in item && item.person.id === viewer.principal.id) {
      return endedAs(grantOfPerson(item.person).roles.length > 0 ? 'CHANGED' : 'ENDED');
    }
    if (item.kind === 'SETTINGS_CHANGED' && !seesNames(viewer)) {
      return endedAs((item.settingsRow.settings.pseudonymise ?? false) === (mask !== null) ? 'HOLDS' : 'CHANGED');
    }
    if (!('apiKey' in item) || item.apiKey.id !== viewer.principal.id) return null;
    const { revokedAt, secretHash, previousHash, previousUntil } = item.apiKey;
    if (viewer.credential === previousHash) expiresAt = Math.min(previousUntil ?? Infinity, expiresAt ?? Infinity);
    return endedAs(revokedAt === null && [secretHash, previousHash].includes(viewer.credential) ? 'HOLDS' : 'ENDED');
  };

  return {
    head,
    endsAt(item) {
      if (item.seq > head) ended ??= endOf(item);
      return ended !== null;
    },
    ended() {
      if (expiresAt !== null && clock.now() >= expiresAt) ended ??= endedAs('CHANGED');
      return ended;
    },
  };
}

/** To be opened after the access: who comes into sight or goes out of it after its head is told by the log. */
export async function openVisibility(
  { viewer: { user }, organisation, database, reader }: Context,
  audience: Audience,
): Promise<Visibility> {
  if (audience === 'ALL') {
    return { admits: () => true, shows: null, look: () => Promise.resolve({ seen: true, owner: null }) };
  }
  const visible = await visibleUsers(reader, user);
  return {
    admits(item, owner) {
      if (item.kind === 'USER_UPDATED') {
        if (sees(audience, item.userRow)) visible.add(item.userRow.externalId);
        else visible.delete(item.userRow.externalId);
      }
      return owner !== null && visible.has(owner);
    },
    shows: (owner) => owner !== null && visible.has(owner),
    async look(owner) {
      if (owner === user) return { seen: true, owner: null };
      const [row] = await database.tables.user.select(reader, 'where t.organisation_id = $1 and t.external_id = $2', [
        organisation.id,
        owner,
      ]);
      return { seen: row !== undefined, owner: row ?? null };
    },
  };
}

/** External ids of those a viewer sees who does not see everybody; row-level security picks them. */
async function visibleUsers(reader: Context['reader'], self: string | null): Promise<Set<string>> {
  const rows = await statement<{ external_id: string }>(reader, 'select external_id from "user"');
  return new Set([...rows.map((row) => row.external_id), ...(self === null ? [] : [self])]);
}

function endedAs(access: 'HOLDS' | 'CHANGED' | 'ENDED'): RequestError | null {
  if (access === 'HOLDS') return null;
  return access === 'ENDED'
    ? new RequestError('UNAUTHENTICATED', 'The key or token is not valid any more.')
    : new RequestError('FORBIDDEN', 'The token expired or access changed: connect again, and resume from the last cursor.');
}
