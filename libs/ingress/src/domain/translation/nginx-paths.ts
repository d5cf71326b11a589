const plainPath = /^\/(?:[-A-Za-z0-9/._~!$&'()+,;=:@]|%[0-9a-fA-F]{2})*$/;

/** Whether nginx would read more into a path than its text. A dot alone is not taken for a wish. */
export function isExpression(path: string): boolean {
  return /[()[\]*+?^$|\\]/.test(path);
}

/** Whether a path can be matched at all: as a text, or where nginx takes expressions as one. */
export function isMatchable(path: string, expressions: boolean): boolean {
  if (expressions && isExpression(path)) return isCompilable(path);
  return plainPath.test(path) && !/\/\/|%2[fF]|\/\.\.?(\/|$)/.test(path);
}

/** As far as both nginx's PCRE and RE2 read it: no look-around and no references. */
function isCompilable(path: string): boolean {
  if (/\(\?[=!<]|\\[1-9]/.test(path)) return false;
  try {
    return new RegExp(path) instanceof RegExp;
  } catch {
    return false;
  }
}

export interface PathRewrite {
  readonly pathPrefix?: string;
  readonly fullPath?: string;
  /** The prefix that is replaced. */
  readonly captured?: string;
}

/** A fixed target replaces the whole path, `/x/$2` after the usual pattern the prefix; undefined when neither says it. */
export function rewriteOf(path: string, target: string): PathRewrite | undefined {
  // What is rewritten to itself is not rewritten at all.
  if (target === path) return {};
  if (!target.includes('$')) return { fullPath: target };
  const prefix = /^(\/[-\w/.~]*?)\/?\$2$/.exec(target)?.[1];
  const captured = capturing(path);
  return captured !== undefined && prefix !== undefined ? { pathPrefix: prefix || '/', captured } : undefined;
}

/** `/a(/|$)(.*)`: the usual way to say a prefix; its plain part, or undefined. */
function capturing(path: string): string | undefined {
  return /^\^?(\/[-\w/.~]*?)\(\/\|\$\)\(\.\*\)\$?$/.exec(path)?.[1];
}
