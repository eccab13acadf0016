"""What does this mean? The judging half of Watcher, without clock, network, file or database.

Words of the field, as this package uses them:

*item* one report as published; *concept* a multilingual list of terms; *indicator* an observable
development tied to a statement of the assessment; *match* an item that fits an indicator, with its
evidence; *event* one happening behind many reports; *reading* an indicator's level and activation
at a moment; *scenario* a question about the future with a horizon and a resolution rule; *outlook*
the probabilities of all scenarios at a moment; *ledger* the rows whose sum is an outlook's change;
*band* an estimative term with its range (ICD 203); *move* a change of what stands published.
"""
