import { ArmError, badRequest } from '../arm-error.js';
import { textAt, textsAt } from '../json.js';
import type { Put, ResourceType } from './resource-type.js';

const type = 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials';
const mostPerIdentity = 20;

/** Writes on one identity have to come one after the other; the second of two at once is refused. */
export const federatedCredentialType: ResourceType = {
  type,
  parent: 'Microsoft.ManagedIdentity/userAssignedIdentities',
  namePattern: /^[a-zA-Z0-9][-\w]{2,119}$/,
  location: 'none',
  tags: false,
  wire: { top: [], properties: ['issuer', 'subject', 'audiences'] },
  serialised: {
    realMs: 25,
    refusal: () =>
      new ArmError(
        409,
        'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
        'Too many Federated Identity Credentials are written concurrently for the managed identity. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.',
      ),
  },
  busy: () => new ArmError(409, 'Conflict', 'Another operation on this credential is in progress.'),
  validate,
  properties: (_, { properties }) => properties,
};

function validate({ world, parent, existing, properties }: Put): undefined {
  const issuer = textAt(properties, 'issuer') ?? '';
  const subject = textAt(properties, 'subject') ?? '';
  if (!/^https:\/\/\S+$/.test(issuer))
    throw badRequest('BadRequest', `The issuer '${issuer}' is not a valid HTTPS URL.`, { target: 'properties.issuer' });
  if (subject === '') throw badRequest('BadRequest', 'The subject is missing.', { target: 'properties.subject' });
  if (textsAt(properties, 'audiences').length !== 1)
    throw badRequest('BadRequest', 'Exactly one audience is required.', { target: 'properties.audiences' });
  const others = parent ? world.store.childrenOf(parent.key, type).filter(({ key }) => key !== existing?.key) : [];
  if (others.some((other) => other.properties['issuer'] === issuer && other.properties['subject'] === subject)) {
    throw new ArmError(
      409,
      'Conflict',
      `Issuer and subject combination already exists for this Managed Identity: '${issuer}' '${subject}'.`,
    );
  }
  if (others.length >= mostPerIdentity)
    throw badRequest('BadRequest', `A managed identity can have at most ${mostPerIdentity} federated identity credentials.`);
  return undefined;
}
