// A change made a little different, for programs that compare two ways to decide.
#ifndef BENCHMARKS_CORPUS_MUTATE_H_
#define BENCHMARKS_CORPUS_MUTATE_H_

#include "benchmarks/corpus/random.h"
#include "google/protobuf/message.h"

namespace changepolicy::corpus {

// One field somewhere in the message: taken out, given another value that may mean something in
// the corpus, or of a list one element more, less or elsewhere. Does nothing now and then.
void Mutate(Random* random, google::protobuf::Message* message);

}  // namespace changepolicy::corpus

#endif  // BENCHMARKS_CORPUS_MUTATE_H_
