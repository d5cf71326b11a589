import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@podspan/errors';
import {
  Caller,
  GuardedWrite,
  KeyedWrite,
  Name,
  pageOf,
  PageQuery,
  type CallContext,
  type Page,
  type WriteResult,
} from '@podspan/platform';
import { z } from 'zod';
import { CreateGateway } from './create-gateway.js';
import { DeleteGateway } from './delete-gateway.js';
import { ReadGateways } from './read-gateways.js';
import { RetryGateway } from './retry-gateway.js';
import { GatewayBody, GatewayView, IngressApi } from './schemas.js';
import { manifestFormats, WriteManifests, type ManifestFormat } from './write-manifests.js';

const GatewaysQuery = PageQuery.extend({ cluster: z.string().max(253).optional().describe('Only those of one cluster') });
type GatewaysQuery = z.infer<typeof GatewaysQuery>;
const ManifestsQuery = z.object({
  api: IngressApi.optional().describe("What the routes are written in; what it cannot say is refused. The gateway's own by default"),
  format: z.enum(manifestFormats).optional().describe('kustomize and helm: a folder, as a JSON object of file name and content'),
});

/** What the reply of the HTTP server offers that is needed here. */
interface Reply {
  header(name: string, value: string): Reply;
}

@ApiTags('ingress')
@Controller('v1/ingress-gateways')
export class GatewaysController {
  constructor(
    private readonly createGateway: CreateGateway,
    private readonly deleteGateway: DeleteGateway,
    private readonly retryGateway: RetryGateway,
    private readonly readGateways: ReadGateways,
    private readonly writeManifests: WriteManifests,
  ) {}

  @Post()
  @KeyedWrite()
  @ApiResponse({ status: 201, standardSchema: GatewayView })
  createIngressGateway(@Caller() call: CallContext, @Body({ schema: GatewayBody }) body: GatewayBody): Promise<WriteResult<GatewayView>> {
    return this.createGateway.execute(call, body);
  }

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(GatewayView, 'IngressGatewayPage') })
  ingressGateways(@Query({ schema: GatewaysQuery }) query: GatewaysQuery): Promise<Page<GatewayView>> {
    return this.readGateways.page(query);
  }

  @Get(':gateway')
  @ApiOkResponse({ standardSchema: GatewayView })
  async ingressGateway(
    @Param('gateway', { schema: Name }) gateway: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<GatewayView> {
    const { view, etag } = await this.readGateways.one(gateway);
    reply.header('etag', etag);
    return view;
  }

  @Delete(':gateway')
  @GuardedWrite()
  @KeyedWrite()
  @ApiResponse({ status: 202, standardSchema: GatewayView })
  deleteIngressGateway(
    @Caller() call: CallContext,
    @Param('gateway', { schema: Name }) gateway: string,
  ): Promise<WriteResult<GatewayView>> {
    return this.deleteGateway.execute(call, gateway);
  }

  @Post(':gateway/retry')
  @KeyedWrite()
  @HttpCode(202)
  @ApiResponse({ status: 202, standardSchema: GatewayView })
  retryIngressGateway(@Caller() call: CallContext, @Param('gateway', { schema: Name }) gateway: string): Promise<WriteResult<GatewayView>> {
    return this.retryGateway.execute(call, gateway);
  }

  @Get(':gateway/manifests')
  @ApiProduces('application/yaml', 'application/json')
  async ingressManifests(
    @Param('gateway', { schema: Name }) gateway: string,
    @Query({ schema: ManifestsQuery }) { format, api }: z.infer<typeof ManifestsQuery>,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const chosen = format ?? formatOf(accept);
    reply.header('content-type', chosen === 'yaml' ? 'application/yaml; charset=utf-8' : 'application/json; charset=utf-8');
    return this.writeManifests.execute(gateway, chosen, api);
  }
}

/** YAML unless the caller prefers JSON; what neither satisfies is refused rather than guessed. */
function formatOf(accept = '*/*'): ManifestFormat {
  for (const range of accept.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase())) {
    if (range === 'application/json') return 'json';
    if (range !== undefined && /^(\*\/\*|application\/\*|text\/\*|(application|text)\/(x-)?yaml|text\/plain|)$/.test(range)) return 'yaml';
  }
  const message = 'manifests come as application/yaml or application/json';
  throw new DomainError('not_acceptable', 'not_acceptable', message, {
    problems: [{ path: 'Accept', code: 'not_acceptable', message, value: accept, suggestion: 'application/yaml' }],
  });
}
