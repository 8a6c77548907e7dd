"""The measure of the search: recall, precision, bytes, time, memory, against brute force and Pagefind."""
