import type { Viewer } from '../domain/viewer.ts';

/** What is open for longer than a request: WebSockets and event streams, by who opened them. */
export type Connection = { close(reason: CloseReason): void };

/** The close codes of the WebSocket protocol and ours; an event stream just ends. */
export const closeReasons = {
  UNAUTHENTICATED: { code: 4401, text: 'The key or token is not valid, or was revoked' },
  FORBIDDEN: { code: 4403, text: 'The token expired or access changed: connect again and resume from the last cursor' },
  RESTART: { code: 1012, text: 'The service restarts: connect again' },
  OVERLOADED: { code: 1013, text: 'This client reads too slowly: connect again and resume from the last cursor' },
} as const;

export type CloseReason = keyof typeof closeReasons;

export type Judge = (viewer: Viewer) => Viewer | CloseReason;

/** The owner of sockets whose operations bring their own key. */
const nobody = Symbol('nobody');
type Owner = string | typeof nobody;

export function createConnections({ perPrincipalMax, anonymousMax }: { perPrincipalMax: number; anonymousMax: number }) {
  const byOwner = new Map<Owner, Map<Connection, Viewer | null>>();

  function release(owner: Owner, connection: Connection): void {
    const owned = byOwner.get(owner);
    owned?.delete(connection);
    if (owned?.size === 0) byOwner.delete(owner);
  }

  return {
    /** Counts the connection for the viewer (`null`: for nobody yet). Returns how to give it back, or `null` at the limit. */
    claim(viewer: Viewer | null, connection: Connection): (() => void) | null {
      const owner = viewer?.principal.id ?? nobody;
      const owned = byOwner.get(owner) ?? new Map<Connection, Viewer | null>();
      if (owned.size >= (viewer === null ? anonymousMax : perPrincipalMax)) return null;
      byOwner.set(owner, owned.set(connection, viewer));
      return () => release(owner, connection);
    },
    /** Everybody who has something open, once for each credential they signed with. */
    viewers(): Viewer[] {
      const open = [...byOwner.values()].flatMap((owned) => [...owned.values()]).filter((viewer) => viewer !== null);
      return [...new Map(open.map((viewer) => [viewer.credential, viewer])).values()];
    },
    /** Closes what `judge` gives a reason for; the rest goes on with the viewer it gives. */
    review(judge: Judge): void {
      for (const owned of byOwner.values()) {
        for (const [connection, viewer] of owned) {
          const verdict = viewer && judge(viewer);
          if (typeof verdict === 'string') connection.close(verdict);
          else owned.set(connection, verdict);
        }
      }
    },
    closeAll(reason: CloseReason): void {
      for (const owned of byOwner.values()) for (const connection of owned.keys()) connection.close(reason);
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;
