import { isIPv4, isIPv6 } from 'node:net';

/**
 * The emulator's own address arithmetic. On purpose not `@podspan/cidr`: the emulator judges plans made with that
 * package, and two implementations that agree prove more than one that agrees with itself.
 */
export interface IpRange {
  readonly family: 4 | 6;
  readonly length: number;
  readonly first: bigint;
  readonly last: bigint;
  readonly text: string;
}

const bits = { 4: 32, 6: 128 } as const;

/** Addresses Azure keeps for itself in every subnet: the first four and the last. */
export const reservedPerSubnet = 5;

export function addressOf(text: string): { family: 4 | 6; value: bigint } | undefined {
  if (isIPv4(text)) return { family: 4, value: join(text.split('.').map(Number), 8n) };
  if (!isIPv6(text) || text.includes('%') || text.includes('.')) return undefined;
  const [head = '', tail] = text.split('::');
  const left = words(head);
  const right = words(tail ?? '');
  const gap = tail === undefined ? [] : Array<number>(8 - left.length - right.length).fill(0);
  return { family: 6, value: join([...left, ...gap, ...right], 16n) };
}

/** Undefined unless the text is a block in CIDR notation without host bits. */
export function rangeOf(text: string | undefined): IpRange | undefined {
  const [base = '', lengthText = '', ...rest] = (text ?? '').split('/');
  const address = addressOf(base);
  if (!address || rest.length > 0 || !/^\d{1,3}$/.test(lengthText)) return undefined;
  const length = Number(lengthText);
  const width = bits[address.family];
  if (length > width) return undefined;
  const size = 1n << BigInt(width - length);
  if (address.value % size !== 0n) return undefined;
  return { family: address.family, length, first: address.value, last: address.value + size - 1n, text: text ?? '' };
}

export function overlap(a: IpRange, b: IpRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

export function contains(outer: IpRange, inner: IpRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

export function holds(range: IpRange, address: string): boolean {
  const found = addressOf(address);
  return found !== undefined && found.family === range.family && range.first <= found.value && found.value <= range.last;
}

/** Addresses a tenant can use in an IPv4 subnet. */
export function usableAddresses(range: IpRange): number {
  return Number(range.last - range.first + 1n) - reservedPerSubnet;
}

const words = (text: string): number[] => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));

const join = (parts: readonly number[], width: bigint): bigint => parts.reduce((value, part) => (value << width) | BigInt(part), 0n);
