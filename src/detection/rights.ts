import type { ActivityType, AnyDetail, Detail } from '../domain/activity.ts';
import { isChange, searchText } from '../domain/activity.ts';
import type { Trace } from './windows.ts';

/** What a change of access gives away, told by the names that systems have for it. */

type Change = Pick<Detail<'access'>, 'target' | 'before' | 'after'>;

/** Roles, groups and rights with which everything else can be had, on Unix, Windows, databases and in the cloud. */
const powers =
  /(^|[^a-z])(admins?|root|owners?|super-?users?|superadmins?|wheel|sudo|sudoers|full[ _-]?(control|access)|all privileges|db_owner|sysdba|nopasswd)([^a-z]|$)|administrator|sysadmin/i;
/** Groups that give it to their members. */
const powerfulGroup =
  /^(admins?|administrators|domain admins|enterprise admins|root|wheel|sudo|sudoers|docker|lxd|disk|shadow|\/etc\/sudoers(\.d\/.*)?)$/i;
const everybody =
  /(^|[^a-z])(every(one|body)|public(ly)?|any(one|body)|all[ _-]?(authenticated[ _-]?)?users|world|anonymous|guests?)([^a-z]|$)/i;

export function isPower(value: string | null): boolean {
  return value !== null && powers.test(value);
}

/** Whether it gives somebody what rules over everything; not where they had it already. */
export function givesPower({ target, before, after }: Change): boolean {
  return (isPower(after) && !isPower(before)) || (target !== null && after !== null && powerfulGroup.test(target));
}

/** Whether it lets in everybody: by name, or by a mode in which others may write. */
export function opensToAll({ before, after }: Change): boolean {
  return isOpen(after) && !isOpen(before);
}

const isOpen = (value: string | null) => value !== null && (everybody.test(value) || othersWrite(value));

const stickyBit = 0o1000;
const othersWriteBit = 0o2;
function othersWrite(mode: string): boolean {
  const bits = /^0?[0-7]{3,4}$/.test(mode) ? Number.parseInt(mode, 8) : 0;
  return /^.?([r-][w-][xsS-]){2}[r-]w[xtT-]$/.test(mode) || ((bits & othersWriteBit) !== 0 && (bits & stickyBit) === 0);
}

export const changesAccess = (type: ActivityType): boolean => type === 'PERMISSION_CHANGE' || type === 'ROLE_CHANGE';

/** Whom a change of access, seen later, gave power: a name, by which nobody may be known. What it was before is no longer known. */
export function gainerOf({ type, outcome, text, becomes }: Trace): string | null {
  if (!changesAccess(type) || outcome === 'FAILURE' || outcome === 'DENIED') return null;
  return isPower(becomes) ? text : text !== null && powerfulGroup.test(text) ? becomes : null;
}

/** Who may gain something by a change: an account is made, a role is given to somebody, or somebody is put into a group. */
export function namesOf(what: AnyDetail): string[] {
  if (what.kind !== 'access') return [];
  if (what.detail.change === 'USER_CREATED') return what.detail.target === null ? [] : [what.detail.target];
  if (what.detail.change !== 'ROLE' && what.detail.change !== 'PERMISSION') return [];
  return [what.detail.target, what.detail.after].filter((name) => name !== null);
}

const adminPage = /(^|\/)(wp-)?admin(istration|istrator|istrators)?([/?#]|$)/i;

/** Whether something takes the rights that `gainerOf` tells of. Giving them on is the next one's gain. */
export const usesRights = (one: Pick<Trace, 'type' | 'text'>): boolean =>
  one.type === 'SUDO_COMMAND' || changesAccess(one.type) || isAdminPage(one);

const isAdminPage = ({ type, text }: Pick<Trace, 'type' | 'text'>) =>
  (type === 'PAGE_VIEW' || type === 'API_CALL') && text !== null && adminPage.test(text);

export const touchesRights = (what: AnyDetail & { type: ActivityType }): boolean =>
  isChange(what.type) || usesRights({ type: what.type, text: what.kind === 'web' ? searchText(what) : null });
