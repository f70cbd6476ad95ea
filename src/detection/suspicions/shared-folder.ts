/** Folders everybody can write to: what lies there was put there by anybody. */
export const sharedFolder = /^\/(private\/)?(tmp|var\/tmp|dev\/shm|run\/shm)(\/|$)/;
