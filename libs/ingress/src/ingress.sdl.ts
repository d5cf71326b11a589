import { problemUnion, SdlBuilder } from '@podspan/platform';
import { RouteBody, RouteView } from './route-schemas.js';
import { FrontendBody, GatewayBody, GatewayView } from './schemas.js';
import { TranslationView } from './translation/translation-schemas.js';
import { TranslationInput } from './translation/translations.resolver.js';

const types = new SdlBuilder()
  .type('IngressGateway', GatewayView, {
    directives: '@key(fields: "name")',
    fields: 'routes: [IngressRoute!]!\nmanifests(format: ManifestFormat = YAML): String!',
  })
  .type('IngressRoute', RouteView)
  .input('IngressFrontendInput', FrontendBody)
  .input('CreateIngressGatewayInput', GatewayBody, { omit: ['frontends'], fields: 'frontends: [IngressFrontendInput!]' })
  .input('RouteInput', RouteBody)
  .type('IngressTranslation', TranslationView)
  .input('TranslateIngressInput', TranslationInput);

/** The subgraph. Types come from the schemas of REST; queries, mutations and joins are written by hand. */
export const ingressSdl = `
${types.toString()}

enum ManifestFormat {
  YAML
  JSON
  "A JSON object of file name and content"
  KUSTOMIZE
}

type IngressGatewayEdge {
  node: IngressGateway!
}

type IngressGatewayConnection {
  nodes: [IngressGateway!]!
  edges: [IngressGatewayEdge!]!
  pageInfo: PageInfo!
}

"Provisioning owns clusters; ingress adds what leads into them"
type Cluster @key(fields: "name") {
  name: String!
  "Null while the ingress service does not answer"
  ingressGateways: [IngressGateway!]
}

union CreateIngressGatewayResult = IngressGateway | ${problemUnion}
union DeleteIngressGatewayResult = IngressGateway | ${problemUnion}
union PutRouteResult = IngressRoute | ${problemUnion}
union TranslateIngressResult = IngressTranslation | ${problemUnion}

type Query {
  ingressGateways(first: Int = 50, after: String, cluster: String): IngressGatewayConnection!
  "By name or by id"
  ingressGateway(name: String!): IngressGateway
}

type Mutation {
  createIngressGateway(input: CreateIngressGatewayInput!, dryRun: Boolean): CreateIngressGatewayResult!
  deleteIngressGateway(name: String!): DeleteIngressGatewayResult!
  putRoute(gateway: String!, name: String!, input: RouteInput!, dryRun: Boolean): PutRouteResult!
  "Changes nothing: AGIC or ingress-nginx objects as objects for Application Gateway for Containers"
  translateIngress(input: TranslateIngressInput!): TranslateIngressResult!
}
`;
