import { testTopics } from './topics.ts'

testTopics('f64')
