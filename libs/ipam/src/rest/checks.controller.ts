import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Caller, type CallContext, Role } from '@podspan/platform';
import { CheckIpam } from '../check/check-ipam.js';
import { IpamCheckView } from '../check/check-schemas.js';
import { Reads } from './answers.js';

@Controller('v1/ipam/checks')
export class ChecksController {
  constructor(@Inject(CheckIpam) private readonly check: CheckIpam) {}

  @Post()
  @Role('admin')
  @HttpCode(200)
  @Reads(IpamCheckView)
  checkIpam(@Caller() call: CallContext): Promise<IpamCheckView> {
    return this.check.execute(call.actor);
  }
}
