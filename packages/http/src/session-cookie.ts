import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Context } from 'hono';

/**
 * The cookie that holds a browser's session. Over TLS its `__Host-` name makes browsers refuse it from any other host
 * or plain connection (RFC 6265bis, 4.1.3.2), so the plain one is then not even read.
 */
const names = { secure: '__Host-pileus', plain: 'pileus_session' } as const;

/** The server decides when a session ends; the cookie only has to outlive it. */
const thirtyDays = 30 * 24 * 60 * 60;

export function readSessionCookie(c: Context, secure: boolean): string | undefined {
  return getCookie(c, secure ? names.secure : names.plain);
}

export function writeSessionCookie(c: Context, secure: boolean, token: string): void {
  setCookie(c, secure ? names.secure : names.plain, token, { ...attributes(secure), maxAge: thirtyDays });
}

export function clearSessionCookie(c: Context, secure: boolean): void {
  deleteCookie(c, secure ? names.secure : names.plain, attributes(secure));
}

function attributes(secure: boolean) {
  return { httpOnly: true, sameSite: 'Strict', path: '/', secure } as const;
}
