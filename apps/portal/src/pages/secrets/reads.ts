/** What shows a secret: read again once one is changed. */
export const secretReads = ['get /secrets', 'get /secrets/{secret}', 'get /secrets/{secret}/versions'] as const;
