import { cohortShards } from '#domain/dispatch'

const unusual: Readonly<Record<string, number>> = { quarantine: 1 }

/** How many partitions a topic has. Changing one breaks the order of what is stored already, and whose the open cohorts are. */
export const partitionsOf = (topic: string): number => unusual[topic] ?? cohortShards
