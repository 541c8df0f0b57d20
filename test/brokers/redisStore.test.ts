import { storeContract } from '../libs/store/contract'
import { describeRedis, openStores, withRedis } from './redisParts'

describeRedis('Redis, one server', () => storeContract(openStores(withRedis(1))))

describeRedis('Redis, a Cluster of three', () => storeContract(openStores(withRedis(3))))
