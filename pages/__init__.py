"""The scripts behind the five pages, run by Streamlit."""
