import { type Arm, ArmFailure, type ArmResource } from '@podspan/azure';

/** A resource as Azure has it; 'later' when Azure does not answer now. @throws ArmFailure that waiting does not cure */
export async function readOrLater(arm: Arm, id: string, apiVersion: string): Promise<ArmResource | undefined | 'later'> {
  try {
    return await arm.get(id, apiVersion);
  } catch (error) {
    if (error instanceof ArmFailure && error.facts.class !== 'FATAL') return 'later';
    throw error;
  }
}
