import { shortHash } from '@podspan/aks';

const labelLength = 63;

/**
 * The DNS label that stands for an Azure name in Kubernetes: lower case, `_` and `.` become `-`.
 * The 64th character a trafficController may have (AGC-02) does not fit; a hash then keeps the names apart.
 */
export function kubernetesName(azureName: string): string {
  const label = azureName.toLowerCase().replaceAll(/[._]/g, '-');
  if (label.length <= labelLength) return label;
  return `${label.slice(0, labelLength - 9).replace(/-+$/, '')}-${shortHash(azureName)}`;
}

/** RFC 1123 label: namespaces. */
export function isDnsLabel(text: string): boolean {
  return text.length <= labelLength && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** RFC 1035 label: Services. */
export function isServiceName(text: string): boolean {
  return text.length <= labelLength && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** RFC 1123 subdomain: Secrets and most other objects. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}

/** A host as the Gateway API takes it: a subdomain, `*.` allowed in front, never an IP address. */
export function isHostname(text: string): boolean {
  const host = text.startsWith('*.') ? text.slice(2) : text;
  return isDnsSubdomain(host) && text.length <= 253 && !/^\d+(\.\d+){3}$/.test(host);
}
