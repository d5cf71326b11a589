import { Inject } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, Role } from '@podspan/platform';
import { CheckIpam } from '../check/check-ipam.js';
import type { IpamCheckView } from '../check/check-schemas.js';

@Resolver()
export class ChecksResolver {
  constructor(@Inject(CheckIpam) private readonly check: CheckIpam) {}

  @Query('ipamCheck')
  @Role('admin')
  ipamCheck(@Caller() call: CallContext): Promise<IpamCheckView> {
    return this.check.execute(call.actor);
  }
}
