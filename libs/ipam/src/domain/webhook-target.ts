import { Address, Cidr } from '@podspan/cidr';

export interface TargetPolicy {
  /** Local mode: receivers on this machine, also over http. */
  readonly allowLoopback: boolean;
  /** Ranges that are allowed although they are blocked by default. */
  readonly allowed: readonly Cidr[];
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'].map((text) => Cidr.parse(text));

/** Where no receiver is, but instance metadata, the platform, neighbours on the wire, or everybody. */
const BLOCKED = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  'fe80::/10',
  'fd00:ec2::/32',
  'ff00::/8',
  '64:ff9b::/96',
  '2002::/16',
].map((text) => Cidr.parse(text));

/** What is wrong with a URL as a receiver, or undefined. Names are judged again by the addresses they resolve to. */
export function targetProblem(text: string, policy: TargetPolicy): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return 'is not a URL';
  if (url.username !== '' || url.password !== '') return 'carries credentials; receivers are told by their signature';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  if (isLocal && !policy.allowLoopback) return 'is this machine';
  const loops = isLocal || isLoopback(host);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loops && policy.allowLoopback)) return 'is not https';
  return isAddress(host) && isBlockedAddress(host, policy) ? `is ${host}, where no receiver may be` : undefined;
}

/** @param text an address as DNS gives it; anything else is blocked */
export function isBlockedAddress(text: string, policy: TargetPolicy): boolean {
  const address = addressOf(text);
  if (!address) return true;
  if (policy.allowed.some((range) => range.contains(address))) return false;
  if (LOOPBACK.some((range) => range.contains(address))) return !policy.allowLoopback;
  return BLOCKED.some((range) => range.contains(address));
}

export function isAddress(text: string): boolean {
  return addressOf(text) !== undefined;
}

function isLoopback(text: string): boolean {
  const address = addressOf(text);
  return address !== undefined && LOOPBACK.some((range) => range.contains(address));
}

/** An IPv4 address in the clothes of IPv6 is the IPv4 address. */
function addressOf(text: string): Address | undefined {
  const mapped = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(text);
  const plain = mapped
    ? (mapped[1] ??
      [mapped[2], mapped[3]]
        .map((part) => Number.parseInt(part ?? '', 16))
        .flatMap((part) => [part >> 8, part & 255])
        .join('.'))
    : text;
  try {
    return Address.parse(plain);
  } catch {
    return undefined;
  }
}
