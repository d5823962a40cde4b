"""Reports, decisions and warnings, as far as the viewer sees the posts they are about.

Visibility is the thread's of today: when it gets narrower, its reports and decisions go with it.
"""
