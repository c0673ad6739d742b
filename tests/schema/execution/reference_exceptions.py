"""Tests of graphql-core's own suite that fail with our executor, each with its reason. The list may only shrink."""

_SIBLINGS = "Siblings of a failed field still run to their end; graphql-core gives them up."
_DOCUMENT_ORDER = "Errors come in the order of the document, not in the order of time."
_WHOLE_LIST = "A list is read to its end before its first item is completed."
_INFO = "`info` is made once per field and level: its path has no list indices."

_EXECUTOR = "tests/execution/test_executor.py::describe_execute_handles_basic_execution_tasks::"
_LISTS = "tests/execution/test_lists.py::describe_execute_"
_ABRUPT = _LISTS + "handles_abrupt_completion_in_synchronous_iterables::"
_ASYNC = _LISTS + "accepts_async_iterables_as_list_value::"
_NON_NULL = "tests/execution/test_nonnull.py::describe_execute_handles_non_nullable_types::"
_MULTIPLE = _NON_NULL + "describe_handles_multiple_errors_for_a_single_response_position::"
_CANCEL = "tests/execution/test_parallel.py::describe_parallel_execution::describe_cancel_on_exception::"

EXCEPTIONS = {
    _EXECUTOR + "it_populates_path_correctly_with_complex_types": _INFO,
    _EXECUTOR + "handles_sync_errors_combined_with_async_ones": _SIBLINGS,
    _EXECUTOR + "handles_sync_errors_combined_with_async_ones_in_async_context": _SIBLINGS,
    _ABRUPT + "drains_the_iterator_when_next_throws": _WHOLE_LIST,
    _ABRUPT + "handles_iterator_errors_with_later_pending_awaitables": _WHOLE_LIST,
    _ABRUPT + "handles_sync_errors_with_later_pending_awaitables": _SIBLINGS,
    _ASYNC + "handles_mixture_of_sync_and_async_errors_in_async_iterables": _DOCUMENT_ORDER,
    _ASYNC + "calls_aclose_when_non_null_list_item_errors": _WHOLE_LIST,
    _NON_NULL + "describe_nulls_a_complex_tree_of_nullable_fields_each::throws": _DOCUMENT_ORDER,
    _MULTIPLE + "nullable_and_non_nullable_root_fields_throw_nested_errors": _DOCUMENT_ORDER,
    _MULTIPLE + "slower_nullable_after_non_nullable_root_field": _DOCUMENT_ORDER,
    _MULTIPLE + "nullable_and_non_nullable_nested_fields_throw_nested_errors": _DOCUMENT_ORDER,
    _MULTIPLE + "slower_nullable_after_non_nullable_nested_field": _DOCUMENT_ORDER,
    "tests/execution/test_cancellation.py::describe_execute_cancellation::"
    "stops_late_sibling_object_completion_after_non_null_bubbling": _SIBLINGS,
    _CANCEL + "cancel_selection_sets": _SIBLINGS,
    _CANCEL + "cancel_lists": _SIBLINGS,
    _CANCEL + "cancel_async_iterators": _SIBLINGS,
}
