/** What is open for longer than a request: WebSockets and event streams, by the key that opened them. */
export type Connection = { close(reason: CloseReason): void };

/** The close codes of the WebSocket protocol and ours; an event stream just ends. */
export const closeReasons = {
  UNAUTHENTICATED: { code: 4401, text: 'The key is unknown or was revoked' },
  RESTART: { code: 1012, text: 'The service restarts: connect again' },
  OVERLOADED: { code: 1013, text: 'This client reads too slowly: connect again and resume from the last cursor' },
} as const;

export type CloseReason = keyof typeof closeReasons;

/** The owner of sockets whose operations bring their own key. */
const nobody = Symbol('nobody');

export function createConnections({ perKeyMax, anonymousMax }: { perKeyMax: number; anonymousMax: number }) {
  const byOwner = new Map<string | typeof nobody, Set<Connection>>();

  function release(owner: string | typeof nobody, connection: Connection): void {
    const owned = byOwner.get(owner);
    owned?.delete(connection);
    if (owned?.size === 0) byOwner.delete(owner);
  }

  return {
    /** Counts the connection for the key (`null`: for nobody yet). Returns how to give it back, or `null` at the limit. */
    claim(keyId: string | null, connection: Connection): (() => void) | null {
      const owner = keyId ?? nobody;
      const owned = byOwner.get(owner) ?? new Set();
      if (owned.size >= (keyId === null ? anonymousMax : perKeyMax)) return null;
      byOwner.set(owner, owned.add(connection));
      return () => release(owner, connection);
    },
    /** The keys that something is open with. */
    keys: (): string[] => [...byOwner.keys()].filter((owner) => typeof owner === 'string'),
    closeKey(keyId: string, reason: CloseReason): void {
      for (const connection of byOwner.get(keyId) ?? []) connection.close(reason);
    },
    closeAll(reason: CloseReason): void {
      for (const owned of byOwner.values()) for (const connection of owned) connection.close(reason);
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;
