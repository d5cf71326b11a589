import { Injectable } from '@nestjs/common';
import { InvalidRequest } from '@podspan/errors';
import type { GatewayRow } from './database.js';
import { toHelm } from './domain/helm-folder.js';
import { toKustomize } from './domain/kustomize-folder.js';
import type { ManifestApi } from './domain/manifest-api.js';
import type { ManifestObject } from './domain/manifest-objects.js';
import { checkTarget, gatewayApiOf, renderTarget, type RenderedTarget } from './domain/render-target.js';
import type { RouteIntent } from './domain/route-intent.js';
import { toJson, toYaml } from './domain/serialize-manifests.js';
import { assertValidManifests } from './domain/validate-manifests.js';
import { GatewaysRepository } from './gateways.repository.js';
import { RoutesRepository } from './routes.repository.js';
import { renderedTarget, viewGateway } from './view-gateway.js';

export const manifestFormats = ['yaml', 'json', 'kustomize', 'helm'] as const;
export type ManifestFormat = (typeof manifestFormats)[number];

const writers: Readonly<Record<ManifestFormat, (objects: readonly ManifestObject[], gateway: GatewayRow) => string>> = {
  yaml: toYaml,
  json: toJson,
  kustomize: toKustomize,
  helm: (objects, gateway) => toHelm(objects, gateway, viewGateway(gateway).controller),
};

@Injectable()
export class WriteManifests {
  constructor(
    private readonly gateways: GatewaysRepository,
    private readonly routes: RoutesRepository,
  ) {}

  /**
   * The Kubernetes objects of a gateway as text. Everything in them is decided when the gateway is recorded, so they can
   * be had, and are the same, before Azure is done.
   * @param api in place of the gateway's own
   * @throws InvalidRequest what that API cannot say, by route and field
   */
  async execute(key: string, format: ManifestFormat, api?: ManifestApi): Promise<string> {
    const gateway = await this.gateways.get(key);
    return writers[format](await this.#objectsOf(gateway, api), gateway);
  }

  /** In the order in which they can be applied. */
  async objects(key: string, api?: ManifestApi): Promise<readonly ManifestObject[]> {
    return this.#objectsOf(await this.gateways.get(key), api);
  }

  async #objectsOf(gateway: GatewayRow, api?: ManifestApi): Promise<readonly ManifestObject[]> {
    const routes = (await this.routes.of(gateway.id)).map(({ intent }) => intent);
    return objectsOf(renderedTarget(gateway), routes, api);
  }
}

function objectsOf(target: RenderedTarget, routes: readonly RouteIntent[], api?: ManifestApi): readonly ManifestObject[] {
  const problems = checkTarget(target, routes, api);
  if (problems.length > 0) throw new InvalidRequest(problems);
  const objects = renderTarget(target, routes, api);
  assertValidManifests(objects, gatewayApiOf(target));
  return objects;
}
