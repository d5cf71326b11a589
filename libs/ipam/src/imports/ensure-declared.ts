import { Injectable } from '@nestjs/common';
import { Cidr, CidrSet } from '@podspan/cidr';
import { InvalidRequest } from '@podspan/errors';
import { type CallContext, parseRequest } from '@podspan/platform';
import type { ImportKind } from '../domain/imports/import-row.js';
import { EnsureNames, EnsureNetwork, EnsurePool, type Ensured } from '../plans/ensure-parts.js';
import { PoolBody } from '../pools/pool-schemas.js';
import { sql } from 'kysely';
import { rowsOf, type Trx } from '../postgres/db.js';
import { ChangeLinks } from '../topology/change-links.js';
import { ChangeNetworks } from '../topology/change-networks.js';
import { NetworksRepository } from '../topology/networks.repository.js';
import { AddressSpaceBody, LinkBody, NetworkBody } from '../topology/topology-schemas.js';

type Values = Readonly<Record<string, unknown>>;

/** Rows of a CSV as bodies of the API. */
@Injectable()
export class EnsureDeclared {
  constructor(
    private readonly names: EnsureNames,
    private readonly network: EnsureNetwork,
    private readonly pool: EnsurePool,
    private readonly networks: NetworksRepository,
    private readonly changeNetworks: ChangeNetworks,
    private readonly changeLinks: ChangeLinks,
  ) {}

  async execute(trx: Trx, call: CallContext, kind: ImportKind, values: Values, force: boolean): Promise<Ensured> {
    const { cidrs, networkKind, linkKind, name, addressSpace, from, to, origin: _declared, ...rest } = values;
    switch (kind) {
      case 'ADDRESS_SPACE':
        return this.names.addressSpace(trx, call, parseRequest(AddressSpaceBody, { name, ...rest }));
      case 'NETWORK': {
        const prefixes = await this.#withAdded(trx, String(name), Array.isArray(cidrs) ? cidrs.map(String) : []);
        const body = { name, addressSpace, prefixes, kind: upper(networkKind) ?? 'VIRTUAL_NETWORK', ...rest };
        return this.network.execute(trx, call, parseRequest(NetworkBody, body));
      }
      case 'PREFIX':
        return this.#prefix(trx, call, String(values['network']), Array.isArray(cidrs) ? cidrs.map(String) : []);
      case 'LINK': {
        const { isNew } = await this.changeLinks.insert(trx, call, parseRequest(LinkBody, { from, to, kind: upper(linkKind) }), force);
        return isNew ? 'CREATED' : 'UNCHANGED';
      }
      case 'MESH':
      case 'ALLOCATION':
      case 'PLANNED_CLUSTER':
      case 'DISCOVERED_RANGE':
        throw new Error(`rows of kind ${kind} are written elsewhere`);
      case 'POOL': {
        const body = {
          name,
          addressSpace,
          cidrs,
          ...rest,
          ...(Array.isArray(rest['quotas']) ? { quotas: rest['quotas'].map(withoutNulls) } : {}),
          reuse: upper(rest['reuse']),
          ...('strategy' in rest ? { strategy: upper(rest['strategy']) } : {}),
        };
        return this.pool.execute(trx, call, parseRequest(PoolBody, body));
      }
    }
  }

  /** With the ranges that rows of the same file added to the network before: importing the file again must not take them away. */
  async #withAdded(trx: Trx, name: string, cidrs: readonly string[]): Promise<readonly string[]> {
    const added = await rowsOf(
      trx,
      sql<{ cidr: string }>`select p.cidr::text from network n join network_prefix p on p.network_id = n.id
        where n.name = ${name} and not (p.cidr::text = any(${[...cidrs]}::text[])) and exists (
          select from import_stage s where s.kind = 'PREFIX' and s.body ->> 'network' = n.name and s.body -> 'cidrs' ? p.cidr::text)
        order by p.position`,
    );
    return [...cidrs, ...added.map(({ cidr }) => cidr)];
  }

  /** Adds ranges to a network; those that lie in it already are there. */
  async #prefix(trx: Trx, call: CallContext, key: string, texts: readonly string[]): Promise<Ensured> {
    const network = await this.networks.find(trx, key);
    if (!network)
      throw new InvalidRequest([{ path: 'network', code: 'unknown_reference', message: `network '${key}' does not exist`, value: key }]);
    const held = CidrSet.of(network.prefixes.map(Cidr.parse));
    const missing = texts.filter((text) => !held.contains(Cidr.parse(text)));
    if (missing.length === 0) return 'UNCHANGED';
    await this.changeNetworks.update(trx, call, network, { prefixes: [...network.prefixes, ...missing] });
    return 'CREATED';
  }
}

/** An export says what a rule leaves open as null. */
function withoutNulls(rule: unknown): unknown {
  return typeof rule === 'object' && rule !== null ? Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null)) : rule;
}

function upper(value: unknown): unknown {
  return typeof value === 'string' ? value.toUpperCase().replace(/[\s-]/g, '_') : value;
}
