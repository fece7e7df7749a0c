/* Only a header: nothing is linked. */
