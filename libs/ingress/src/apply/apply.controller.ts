import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type CallContext, Caller, KeyedWrite, Name, type WriteResult } from '@podspan/platform';
import { ApplyManifests } from './apply-manifests.js';
import { ApplyBody, ApplyView } from './apply-schemas.js';

@ApiTags('ingress')
@Controller('v1/ingress-gateways')
export class ApplyController {
  constructor(private readonly applyManifests: ApplyManifests) {}

  @Post(':gateway/apply')
  @KeyedWrite()
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: ApplyView })
  applyIngressGateway(
    @Caller() call: CallContext,
    @Param('gateway', { schema: Name }) gateway: string,
    @Body({ schema: ApplyBody }) body: ApplyBody,
  ): Promise<WriteResult<ApplyView>> {
    return this.applyManifests.execute(call, gateway, body);
  }
}
