import { Body, Controller, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Caller, Role, type CallContext } from '@podspan/platform';
import { stringify } from 'yaml';
import { z } from 'zod';
import { bytesOfBody } from '../translation/bytes-of-body.js';
import { CutoverQuery, CutoverView } from './cutover-schemas.js';
import { PlanCutover } from './plan-cutover.js';

const Asked = CutoverQuery.extend({
  format: z.enum(['json', 'yaml', 'text']).optional().describe('Otherwise what Accept prefers; JSON by default'),
});
type Asked = z.infer<typeof Asked>;

/** What the reply of the HTTP server offers that is needed here. */
interface Reply {
  header(name: string, value: string): Reply;
}

@ApiTags('ingress')
@Controller('v1/ingress-cutovers')
export class CutoversController {
  constructor(private readonly planCutover: PlanCutover) {}

  /** Changes nothing, so whoever may read may plan. */
  @Post()
  @HttpCode(200)
  @Role('viewer')
  @ApiConsumes('application/yaml', 'application/json')
  @ApiProduces('application/json', 'application/yaml', 'text/markdown')
  @ApiBody({ schema: { type: 'string' }, description: 'Ingresses of the old controller and what they name, as YAML documents' })
  @ApiOkResponse({ standardSchema: CutoverView })
  async planIngressCutover(
    @Caller() call: CallContext,
    @Query({ schema: Asked }) { format, ...query }: Asked,
    @Body() body: unknown,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<CutoverView | string> {
    const view = await this.planCutover.execute(query, bytesOfBody(body), call.authorization);
    const chosen = format ?? formatOf(accept);
    if (chosen === 'json') return view;
    reply.header('content-type', chosen === 'yaml' ? 'application/yaml; charset=utf-8' : 'text/markdown; charset=utf-8');
    const { text, ...document } = view;
    return chosen === 'yaml' ? stringify(document, { aliasDuplicateObjects: false }) : text;
  }
}

function formatOf(accept = ''): 'json' | 'yaml' | 'text' {
  if (/yaml/i.test(accept)) return 'yaml';
  return /text\/(markdown|plain)/i.test(accept) ? 'text' : 'json';
}
