/** What `Authorization: Bearer` carries (RFC 6750, 2.1). */
export function bearerOf(headers: Headers): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
}
