import type { Micros } from '../domain/time.ts';
import { rememberBounded } from './line-reader.ts';
import type { SyslogEntry } from './syslog.ts';

export type OpenSession = { id: string; user: string; address: string; port: string };
export type RefusedUser = { user: string; address: string; reason: string; at: Micros };

/** Connections remembered at once; the oldest is forgotten first, and its end is then no logout. */
const connectionsMax = 10_000;

type Line = Pick<SyslogEntry, 'host' | 'pid'>;

/** What must be remembered between the lines of one connection. */
export function createSshConnections() {
  const open = new Map<string, OpenSession & { host: string }>();
  const refused = new Map<string, RefusedUser>();
  const keyOf = ({ host, pid }: Line) => `${host} ${pid ?? '-'}`;

  return {
    opened(line: Line, session: OpenSession): void {
      rememberBounded(open, keyOf(line), { ...session, host: line.host }, connectionsMax);
    },

    /** Ends the session of this process, if it is still open. */
    closedByPid(line: Line): OpenSession | null {
      const session = open.get(keyOf(line)) ?? null;
      open.delete(keyOf(line));
      return session;
    },

    /**
     * Ends the session a disconnect line is about. sshd runs two processes per sign-in and the child tells of the
     * disconnect, so the pid may be a stranger; without a port (OpenSSH before 6.9) the address must leave no doubt.
     */
    closedByPeer(line: Line, address: string, port: string | null): OpenSession | null {
      const ofPeer = [...open].filter(
        ([, session]) => session.host === line.host && session.address === address && (port === null || session.port === port),
      );
      const own = ofPeer.find(([key]) => key === keyOf(line));
      const found = own ?? (ofPeer.length === 1 ? ofPeer[0] : undefined);
      if (!found) return null;
      open.delete(found[0]);
      return found[1];
    },

    /** sshd refused the user before any method was tried; usually a Failed line follows and tells it. */
    userRefused(line: Line, user: RefusedUser): void {
      if (line.pid !== null) rememberBounded(refused, keyOf(line), user, connectionsMax);
    },

    failureTold(line: Line): void {
      refused.delete(keyOf(line));
    },

    /** The refused user of a connection that ends without any Failed line. */
    untoldRefusal(line: Line): RefusedUser | null {
      const user = refused.get(keyOf(line)) ?? null;
      refused.delete(keyOf(line));
      return user;
    },
  };
}

export type SshConnections = ReturnType<typeof createSshConnections>;
