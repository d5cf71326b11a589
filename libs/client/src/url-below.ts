/** The URL of a path at a server, which may itself stand below a path of its host: `https://tools.example/podspan` and `/v1/pools`. */
export function urlBelow(baseUrl: string, path: string): URL {
  const base = new URL(baseUrl);
  return new URL(`${base.pathname.replace(/\/+$/, '')}${path}`, base.origin);
}
