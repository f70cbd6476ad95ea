/** Who asks the API: the key a request was signed with, and the organisation the key is bound to with its time zone. */
export type Viewer = { organisationId: string; timeZone: string; keyId: string; name: string; role: ViewerRole };

export const viewerRoles = {
  ADMIN: 'Reads and handles everything of its organisation, and manages its keys.',
  SERVICE: 'Sends activities; it reads nothing but its receipts.',
} as const;

export type ViewerRole = keyof typeof viewerRoles;
