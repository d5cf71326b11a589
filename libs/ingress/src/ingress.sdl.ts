import { problemUnion, SdlBuilder } from '@podspan/platform';
import { ApplyBody, ApplyView } from './apply/apply-schemas.js';
import { CutoverView } from './cutover/cutover-schemas.js';
import { CutoverInput } from './cutover/cutovers.resolver.js';
import { RouteBody, RouteView } from './route-schemas.js';
import { FrontendBody, GatewayBody, GatewayView } from './schemas.js';
import { GatewayPlanBody, GatewayPlanView } from './plans/plan-schemas.js';
import { TranslationView } from './translation/translation-schemas.js';
import { TranslationInput } from './translation/translations.resolver.js';

const types = new SdlBuilder()
  .type('IngressGateway', GatewayView, {
    directives: '@key(fields: "name")',
    fields: 'routes: [IngressRoute!]!\nmanifests(format: ManifestFormat = YAML, api: IngressApi): String!',
  })
  .type('IngressRoute', RouteView)
  .input('IngressFrontendInput', FrontendBody)
  .input('CreateIngressGatewayInput', GatewayBody, { omit: ['frontends'], fields: 'frontends: [IngressFrontendInput!]' })
  .input('RouteInput', RouteBody)
  .type('AppliedIngressGateway', ApplyView)
  .input('ApplyIngressGatewayInput', ApplyBody)
  .type('IngressTranslation', TranslationView)
  .type('IngressGatewayPlan', GatewayPlanView)
  .input('PlanIngressGatewaysInput', GatewayPlanBody)
  .input('TranslateIngressInput', TranslationInput)
  .type('IngressCutover', CutoverView)
  .input('PlanIngressCutoverInput', CutoverInput);

/** The subgraph. Types come from the schemas of REST; queries, mutations and joins are written by hand. */
export const ingressSdl = `
${types.toString()}

enum ManifestFormat {
  YAML
  JSON
  "A JSON object of file name and content"
  KUSTOMIZE
  "A chart, as a JSON object of file name and content"
  HELM
}

type IngressGatewayEdge {
  node: IngressGateway!
  cursor: String
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
union ApplyIngressGatewayResult = AppliedIngressGateway | ${problemUnion}
union PutRouteResult = IngressRoute | ${problemUnion}
union PlanIngressGatewaysResult = IngressGatewayPlan | ${problemUnion}
union PlanIngressCutoverResult = IngressCutover | ${problemUnion}
union TranslateIngressResult = IngressTranslation | ${problemUnion}

type Query {
  ingressGateways(first: Int = 50, after: String, cluster: String): IngressGatewayConnection!
  "By name or by id"
  ingressGateway(name: String!): IngressGateway
}

type Mutation {
  createIngressGateway(input: CreateIngressGatewayInput!, dryRun: Boolean): CreateIngressGatewayResult!
  deleteIngressGateway(name: String!): DeleteIngressGatewayResult!
  "Brings the cluster to hold the gateway's manifests, where INGRESS_APPLY allows it"
  applyIngressGateway(name: String!, input: ApplyIngressGatewayInput, dryRun: Boolean): ApplyIngressGatewayResult!
  putRoute(gateway: String!, name: String!, input: RouteInput!, dryRun: Boolean): PutRouteResult!
  "Changes nothing: which gateways, frontends and subnets a set of routes needs"
  planIngressGateways(input: PlanIngressGatewaysInput!): PlanIngressGatewaysResult!
  "Changes nothing: the ordered steps from AGIC to Application Gateway for Containers, with the way back"
  planIngressCutover(input: PlanIngressCutoverInput!): PlanIngressCutoverResult!
  "Changes nothing: AGIC or ingress-nginx objects as objects for Application Gateway for Containers"
  translateIngress(input: TranslateIngressInput!): TranslateIngressResult!
}
`;
