import { isWire } from '@podspan/aks';
import { type Arm, ArmFailure } from '@podspan/azure';
import { subnetOfGateway } from '../domain/assess/surroundings.js';
import { currentApiVersions } from '../start/current-api-versions.js';

/** The subnet that an Application Gateway is in; `undefined` where Azure does not tell, for want of the gateway or of a right to read it. */
export async function readGatewaySubnet(arm: Arm, gatewayId: string): Promise<string | undefined> {
  try {
    const raw = (await arm.get(gatewayId, currentApiVersions.subnet))?.raw;
    return isWire(raw) ? subnetOfGateway(raw) : undefined;
  } catch (error) {
    if (error instanceof ArmFailure) return undefined;
    throw error;
  }
}
