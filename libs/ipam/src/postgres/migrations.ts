import type { Migrations } from '@podspan/platform';
import { initial } from './0001-initial.js';
import { freeBlocks } from './0002-free-blocks.js';
import { coalescedAllocations } from './0003-coalesced-allocations.js';
import { allocateBlocks } from './0004-allocate-blocks.js';
import { quotas } from './0005-quotas.js';
import { allocateBlock } from './0006-allocate-block.js';
import { checkedPools } from './0007-checked-pools.js';
import { discoveredRanges } from './0010-discovered-ranges.js';
import { imports } from './0011-imports.js';
import { discoveries } from './0012-discoveries.js';
import { conflictWays } from './0020-conflict-ways.js';
import { settleTogether } from './0021-settle-together.js';
import { history } from './0030-history.js';
import { search } from './0031-search.js';
import { webhooks } from './0032-webhooks.js';
import { wholePlans } from './0038-whole-plans.js';
import { settleByPlace } from './0040-settle-by-place.js';
import { uniqueRanges } from './0046-unique-ranges.js';
import { forcedMembers } from './0047-forced-members.js';
import { cheapStatements } from './0051-cheap-statements.js';
import { rareFilters } from './0053-rare-filters.js';
import { heldSince } from './0054-held-since.js';
import { joinedPlans } from './0055-joined-plans.js';
import { scalarAnswer } from './0056-scalar-answer.js';
import { fragmentsTogether } from './0057-fragments-together.js';
import { releaseBlocks } from './0060-release-blocks.js';
import { purposePages } from './0061-purpose-pages.js';

/** The schema the service owns; no other service reads it. */
export const ipamSchema = 'ipam';

export const ipamMigrations: Migrations = {
  '0001-initial': initial,
  '0002-free-blocks': freeBlocks,
  '0003-coalesced-allocations': coalescedAllocations,
  '0004-allocate-blocks': allocateBlocks,
  '0005-quotas': quotas,
  '0006-allocate-block': allocateBlock,
  '0007-checked-pools': checkedPools,
  '0010-discovered-ranges': discoveredRanges,
  '0011-imports': imports,
  '0012-discoveries': discoveries,
  '0020-conflict-ways': conflictWays,
  '0021-settle-together': settleTogether,
  '0030-history': history,
  '0031-search': search,
  '0032-webhooks': webhooks,
  '0038-whole-plans': wholePlans,
  '0040-settle-by-place': settleByPlace,
  '0046-unique-ranges': uniqueRanges,
  '0047-forced-members': forcedMembers,
  '0051-cheap-statements': cheapStatements,
  '0053-rare-filters': rareFilters,
  '0054-held-since': heldSince,
  '0055-joined-plans': joinedPlans,
  '0056-scalar-answer': scalarAnswer,
  '0057-fragments-together': fragmentsTogether,
  '0060-release-blocks': releaseBlocks,
  '0061-purpose-pages': purposePages,
};
