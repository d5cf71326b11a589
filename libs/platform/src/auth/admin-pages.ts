import type { FastifyRequest } from 'fastify';

const ADMIN_PAGES = '/admin/';

/**
 * The credentials of a request. A browser cannot send a bearer token with a page, so the pages under /admin/ also take it
 * as the password of a basic sign-in; nothing that writes is there.
 */
export function authorizationOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  const basic = isAdminPage(request) ? /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1] : undefined;
  if (basic === undefined) return authorization;
  const text = Buffer.from(basic, 'base64').toString();
  return `Bearer ${text.slice(text.indexOf(':') + 1)}`;
}

/** How to sign in, for the header of a 401: a browser asks for a password only when it is told so. */
export function challengeOf(request: FastifyRequest): string {
  return isAdminPage(request) ? 'Basic realm="podspan", charset="UTF-8"' : 'Bearer realm="podspan"';
}

function isAdminPage({ url }: FastifyRequest): boolean {
  return url.startsWith(ADMIN_PAGES);
}
