import { memoryStore } from '#store/memory'
import { storeContract } from './contract'

storeContract(async (nowMs) => memoryStore(nowMs))
