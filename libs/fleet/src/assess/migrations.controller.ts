import { Body, Controller, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { isWire } from '@podspan/aks';
import { DomainError } from '@podspan/errors';
import { Caller, type CallContext, Role } from '@podspan/platform';
import { z } from 'zod';
import { itemsOf } from '../domain/assess/read-listing.js';
import { AssessMigrations } from './assess-migrations.js';
import { AssessBody, AssessmentView } from './assessment-view.js';
import { csvReport } from './csv-report.js';
import { htmlReport } from './html-report.js';

const AssessQuery = z.object({ format: z.enum(['json', 'csv', 'html']).optional() });
type Format = 'json' | 'csv' | 'html';

/** The output of `az aks list` may be posted as it is, and so may a list of ARM or of Resource Graph: that is then the clusters. */
const PostedBody = z.preprocess(withLists, AssessBody);

function withLists(body: unknown): unknown {
  const list = itemsOf(body);
  if (list) return { clusters: list };
  if (!isWire(body)) return body ?? {};
  return Object.fromEntries(
    Object.entries(body).map(([key, member]) => [key, key === 'clusters' || key === 'networks' ? (itemsOf(member) ?? member) : member]),
  );
}

interface Reply {
  header(name: string, value: string): Reply;
}

const contentTypes: Record<Format, string> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  html: 'text/html; charset=utf-8',
};

@ApiTags('Migrations')
@Controller('v1/migrations')
export class MigrationsController {
  constructor(private readonly assess: AssessMigrations) {}

  /** It writes nothing, so whoever may read may ask. */
  @Role('viewer')
  @Post('assess')
  @HttpCode(200)
  @ApiProduces('application/json', 'text/csv', 'text/html')
  @ApiOkResponse({ standardSchema: AssessmentView })
  async assessMigrations(
    @Caller() call: CallContext,
    @Body({ schema: PostedBody }) body: AssessBody,
    @Query({ schema: AssessQuery }) { format }: z.infer<typeof AssessQuery>,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string | AssessmentView> {
    const chosen = format ?? formatOf(accept);
    const report = await this.assess.execute(body, call);
    reply.header('content-type', contentTypes[chosen]);
    if (chosen === 'csv') return csvReport(report.view);
    if (chosen === 'html') {
      // The page carries its own styles and nothing else.
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
      return htmlReport(report.view, report.draw());
    }
    return report.view;
  }
}

/** JSON unless the caller prefers another; what none satisfies is refused rather than guessed. */
function formatOf(accept = '*/*'): Format {
  for (const range of accept.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase())) {
    if (range === 'text/csv') return 'csv';
    if (range === 'text/html') return 'html';
    if (range === 'application/json' || range === 'application/*' || range === '*/*' || range === '') return 'json';
  }
  const message = 'an assessment comes as JSON, CSV or HTML';
  throw new DomainError('not_acceptable', 'not_acceptable', message, {
    problems: [{ path: 'Accept', code: 'not_acceptable', message, value: accept, suggestion: 'application/json' }],
  });
}
